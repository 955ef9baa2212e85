//! The world in the middle of a run: what every task is doing, and what goes on besides.

use std::collections::BTreeMap;

use super::calls::Calls;
use super::names;
use super::threads::Threads;
use super::why::Woken;
use super::{Branch, Lane, Outside, State, TaskNow};
use crate::caption;
use recording::{Recording, Site, SiteKind, TaskKind};

/// One task.
#[derive(Debug)]
pub(crate) struct TaskState {
    /// None before it is made.
    pub(crate) state: Option<State>,
    pub(crate) calls: Calls,
    /// The task that stands in the `block_on` that drives this one.
    pub(crate) driver: Option<usize>,
    /// The thread that polls it, or did so last.
    pub(crate) thread: usize,
    /// Woken while it runs: ready at once when it is suspended.
    pub(crate) woken_meanwhile: Option<Woken>,
    /// Why it is ready, or was when it began to run.
    pub(crate) woken: Option<Woken>,
    /// The step in which it began to run.
    pub(crate) polled_in: usize,
    /// Whether the statement being run has spawned a task.
    pub(crate) has_spawned: bool,
    /// Whether the poll in which it ends is over.
    pub(crate) is_complete: bool,
    /// What it said when it panicked.
    pub(crate) panic: Option<String>,
}

/// A timer.
#[derive(Debug)]
pub(crate) struct Timer {
    pub(crate) task: usize,
    pub(crate) ms: u64,
    pub(crate) set: u64,
    pub(crate) fired: bool,
    /// It will not fire: what has set it is gone.
    pub(crate) dropped: bool,
}

/// A call that holds a thread.
#[derive(Debug)]
pub(crate) struct Blocking {
    pub(crate) task: usize,
    pub(crate) what: String,
    pub(crate) thread: usize,
    pub(crate) since: u64,
    /// The step in which it began.
    pub(crate) from: usize,
    pub(crate) ms: u64,
}

/// The world in the middle of a run.
#[derive(Debug)]
pub(crate) struct World<'a> {
    pub(crate) recording: &'a Recording,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) threads: Threads,
    pub(crate) tasks: Vec<TaskState>,
    pub(crate) timers: BTreeMap<usize, Timer>,
    pub(crate) blocking: Vec<Blocking>,
    /// Logical milliseconds since the start.
    pub(crate) t: u64,
    /// The task that the step at hand is about, the innermost call that it was in when the step
    /// began, and its line: before the step is told, it may have left it.
    pub(crate) told: (usize, String, usize),
    /// Whether the end of a task wakes somebody, now or later.
    pub(crate) is_end_awaited: Vec<bool>,
}

impl<'a> World<'a> {
    pub(crate) fn new(recording: &'a Recording) -> Self {
        let tasks = recording.tasks.iter().enumerate().map(|(id, task)| {
            let state = match task.kind {
                TaskKind::Thread if id == 0 => Some(State::Running),
                TaskKind::Thread => None,
                _ if id == 0 => Some(State::Ready),
                _ => None,
            };
            TaskState {
                state,
                calls: Calls::default(),
                driver: None,
                thread: 0,
                woken_meanwhile: None,
                woken: None,
                polled_in: 0,
                has_spawned: false,
                is_complete: false,
                panic: None,
            }
        });
        let mut is_end_awaited = vec![false; recording.tasks.len()];
        for event in &recording.events {
            if let recording::Happening::Wake {
                by: recording::Cause::End(task),
            } = event.what
                && let Some(is_awaited) = is_end_awaited.get_mut(task)
            {
                *is_awaited = true;
            }
        }
        World {
            recording,
            lanes: names::lanes(recording),
            threads: Threads::of(recording),
            tasks: tasks.collect(),
            timers: BTreeMap::new(),
            blocking: Vec::new(),
            t: 0,
            told: (usize::MAX, String::new(), 0),
            is_end_awaited,
        }
    }

    pub(crate) fn site(&self, site: usize) -> &'a Site {
        &self.recording.sites[site]
    }

    pub(crate) fn kind(&self, task: usize) -> TaskKind {
        self.recording.tasks[task].kind
    }

    /// Whether a task is what a `block_on` drives.
    pub(crate) fn is_driven(&self, task: usize) -> bool {
        self.kind(task) == TaskKind::BlockOn
    }

    /// Whether a task is one that a runtime polls: no thread of its own, no closure of the pool.
    pub(crate) fn is_polled(&self, task: usize) -> bool {
        matches!(self.kind(task), TaskKind::BlockOn | TaskKind::Task)
    }

    /// A task's name with its arguments.
    pub(crate) fn name(&self, task: usize) -> &str {
        &self.lanes[task].name
    }

    /// Keeps where the task stands that the step at hand is about.
    pub(crate) fn tell(&mut self, task: usize) {
        self.told = (task, caption::who_now(self, task), self.line(task));
    }

    /// The line at which a task was when the step began.
    pub(crate) fn told_line(&self, task: usize) -> usize {
        match self.told {
            (told, _, line) if told == task => line,
            _ => self.line(task),
        }
    }

    /// The line at which a task is.
    pub(crate) fn line(&self, task: usize) -> usize {
        self.tasks[task].calls.line().unwrap_or(0)
    }

    /// The tasks in `state`, without the threads and without `but`.
    pub(crate) fn others(&self, state: State, but: usize) -> impl Iterator<Item = usize> {
        let tasks = self.tasks.iter().enumerate();
        tasks
            .filter(move |(id, task)| {
                *id != but && task.state == Some(state) && self.kind(*id) != TaskKind::Thread
            })
            .map(|(id, _)| id)
    }

    /// The macro that polls a branch, by the statement that it stands in, and the macro's line.
    pub(crate) fn macro_of(&self, branch: usize) -> (String, usize) {
        let at = self.site(branch).at;
        let start = (at[0], at[1]);
        let names = ["try_join!", "join!", "select!"];
        let around = self.recording.sites.iter().filter(|site| {
            site.kind == SiteKind::Stmt
                && (site.at[0], site.at[1]) <= start
                && start < (site.at[2], site.at[3])
        });
        // The innermost statement begins last.
        let innermost = around.filter_map(|site| {
            let name = names.iter().find(|name| site.text.contains(**name))?;
            Some(((site.at[0], site.at[1]), *name))
        });
        match innermost.max() {
            Some(((line, _), name)) => (name.to_owned(), line),
            None => (String::new(), at[0]),
        }
    }

    /// The picture of all tasks made so far.
    pub(crate) fn tasks_now(&self) -> Vec<TaskNow> {
        let made = self.tasks.iter().rposition(|task| task.state.is_some());
        let tasks = self.tasks.iter().enumerate();
        tasks
            .take(made.map_or(0, |last| last + 1))
            .map(|(id, task)| {
                let state = task.state.unwrap_or(State::Unmade);
                let branches = task.calls.forks().into_iter().map(|fork| Branch {
                    name: fork.text.to_owned(),
                    place: caption::branch_place(&fork),
                    lines: fork.lines,
                });
                let is_on = state == State::Running
                    && self.threads.are_several()
                    && self.kind(id) != TaskKind::Thread;
                TaskNow {
                    state,
                    lines: task.calls.trunk(),
                    place: caption::place(self, id, state),
                    thread: is_on.then_some(task.thread),
                    branches: branches.collect(),
                    why: self.why(id),
                    waits: self.waits(id),
                }
            })
            .collect()
    }

    /// Whether a timer is still to fire.
    pub(crate) fn is_armed(&self, timer: &Timer) -> bool {
        let task = self.tasks[timer.task].state;
        !timer.fired && !timer.dropped && !task.is_some_and(State::is_over)
    }

    /// What goes on outside the runtime's tasks.
    pub(crate) fn outside(&self) -> Vec<Outside> {
        let timers = self.timers.values().filter(|timer| self.is_armed(timer));
        let timers = timers.map(|timer| Outside {
            is_timer: true,
            name: self.name(timer.task).to_owned(),
            left: (timer.set + timer.ms).saturating_sub(self.t),
            of: timer.ms,
        });
        let calls = self.blocking.iter().map(|call| Outside {
            is_timer: false,
            name: self.blocking_name(call),
            left: (call.since + call.ms).saturating_sub(self.t),
            of: call.ms,
        });
        timers.chain(calls).collect()
    }

    /// The call, and its thread where there are several.
    pub(crate) fn blocking_name(&self, call: &Blocking) -> String {
        if self.threads.are_several() {
            format!("{} on {}", call.what, self.threads.label(call.thread))
        } else {
            call.what.clone()
        }
    }
}
