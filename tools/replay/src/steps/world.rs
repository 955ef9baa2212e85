//! The world in the middle of a run: what every task is doing, and what goes on besides.

use std::collections::{BTreeMap, BTreeSet};

use super::calls::Calls;
use super::deed::Macro;
use super::names;
use super::rows::{Counts, Rows};
use super::threads::Threads;
use super::why::Woken;
use super::{Branch, Lane, Outside, State, TaskNow};
use crate::caption;
use recording::{Clock, Recording, Site, SiteKind, TaskKind};

/// One task.
#[derive(Debug)]
pub(crate) struct TaskState {
    /// None before it is made.
    pub(crate) state: Option<State>,
    pub(crate) calls: Calls,
    /// The task that stands in the `block_on` that drives this one.
    pub(crate) driver: Option<usize>,
    /// The task that polls it itself, as one does that drives a `LocalSet`.
    pub(crate) within: Option<usize>,
    /// The thread that polls it, or did so last.
    pub(crate) thread: usize,
    /// Woken while it runs: ready at once when it is suspended.
    pub(crate) woken_meanwhile: Option<Woken>,
    /// Why it is ready, or was when it began to run.
    pub(crate) woken: Option<Woken>,
    /// The step in which it began to run.
    pub(crate) polled_in: usize,
    /// Whether anything but timers is recorded of its last poll.
    pub(crate) has_trace: bool,
    /// Whether the statement being run has spawned a task.
    pub(crate) has_spawned: bool,
    /// Whether spawning it failed, so that it never runs.
    pub(crate) has_failed: bool,
    /// Whether its thread waits in a call that says nothing.
    pub(crate) is_waiting: bool,
    /// Whether it is being dropped before it has ended.
    pub(crate) is_dropping: bool,
    /// Whether the poll in which it ends is over.
    pub(crate) is_complete: bool,
    /// What it said when it panicked.
    pub(crate) panic: Option<String>,
}

impl TaskState {
    /// Whether it runs or stands in a call.
    pub(crate) fn has_thread(&self) -> bool {
        matches!(self.state, Some(State::Running | State::Blocked))
    }
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
    /// Its lane in the run.
    pub(crate) lane: usize,
}

/// What goes on outside the tasks.
#[derive(Clone, Copy)]
enum Waiting<'a> {
    Timer(&'a Timer),
    Call(&'a Blocking),
}

impl Waiting<'_> {
    /// When it is over.
    fn due(self) -> u64 {
        match self {
            Waiting::Timer(timer) => timer.set + timer.ms,
            Waiting::Call(call) => call.since + call.ms,
        }
    }
}

/// The world in the middle of a run.
#[derive(Debug)]
pub(crate) struct World<'a> {
    pub(crate) recording: &'a Recording,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) rows: Rows,
    pub(crate) threads: Threads,
    pub(crate) tasks: Vec<TaskState>,
    pub(crate) timers: BTreeMap<usize, Timer>,
    /// The timers that may still fire.
    pub(crate) armed: BTreeSet<usize>,
    pub(crate) blocking: Vec<Blocking>,
    /// Logical milliseconds since the start.
    pub(crate) t: u64,
    /// The task that the step at hand is about, and the innermost call that it was in when the step
    /// began: before the step is told, it may have left it.
    pub(crate) told: (usize, String),
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
                within: None,
                thread: 0,
                woken_meanwhile: None,
                woken: None,
                polled_in: 0,
                has_trace: false,
                has_spawned: false,
                has_failed: false,
                is_waiting: false,
                is_dropping: false,
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
        let lanes = names::lanes(recording);
        World {
            recording,
            rows: Rows::of(recording, &lanes),
            lanes,
            threads: Threads::of(recording),
            tasks: tasks.collect(),
            timers: BTreeMap::new(),
            armed: BTreeSet::new(),
            blocking: Vec::new(),
            t: 0,
            told: (usize::MAX, String::new()),
            is_end_awaited,
        }
    }

    pub(crate) fn site(&self, site: usize) -> &'a Site {
        &self.recording.sites[site]
    }

    pub(crate) fn kind(&self, task: usize) -> TaskKind {
        self.recording.tasks[task].kind
    }

    /// Whether the program's clock only moves when no task can run, or by hand.
    pub(crate) fn is_paused(&self) -> bool {
        let header = &self.recording.header;
        header.clock == Clock::Paused && header.since.is_none_or(|since| since <= self.t)
    }

    /// Whether a task is what a `block_on` drives.
    pub(crate) fn is_driven(&self, task: usize) -> bool {
        self.kind(task) == TaskKind::BlockOn
    }

    /// Whether a task is one that a runtime polls: no thread of its own, no closure of the pool.
    pub(crate) fn is_polled(&self, task: usize) -> bool {
        matches!(self.kind(task), TaskKind::BlockOn | TaskKind::Task)
    }

    /// Whether a task is woken with those that it polls itself.
    pub(crate) fn polls_itself(&self, task: usize) -> bool {
        self.tasks.iter().any(|other| other.within == Some(task))
    }

    /// What a picture says that a task is doing.
    fn shown(&self, task: usize) -> Option<State> {
        let now = &self.tasks[task];
        let is_blocked = || now.is_waiting || self.call_of(task).is_some();
        match now.state? {
            State::Running if !self.is_polled(task) && is_blocked() => Some(State::Blocked),
            state if now.is_dropping && !state.is_over() => Some(State::Running),
            // What no runtime took is no task.
            State::Ready if now.has_failed => Some(State::Unmade),
            state => Some(state),
        }
    }

    /// The call by which a task holds its thread, as far as the recording has it.
    pub(crate) fn call_of(&self, task: usize) -> Option<&str> {
        let mut calls = self.blocking.iter().rev();
        calls.find(|call| call.task == task).map(|call| &*call.what)
    }

    /// A task's name with its arguments.
    pub(crate) fn name(&self, task: usize) -> &str {
        &self.lanes[task].name
    }

    /// A task's name as links have it: on one thread not told apart from its equals, whose order tells
    /// them apart too.
    pub(crate) fn id_name(&self, task: usize) -> String {
        let own = &self.recording.tasks[task].name;
        if self.threads.are_several() || names::is_closure(own) {
            self.name(task).replace("’s ", " ")
        } else {
            own.clone()
        }
    }

    /// Keeps where the task stands that the step at hand is about.
    pub(crate) fn tell(&mut self, task: usize) {
        self.told = (task, caption::who_now(self, task));
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
    pub(crate) fn macro_of(&self, branch: usize) -> Macro {
        let own = self.site(branch);
        // Behind a macro's own body another one may begin, which its first branch is not behind.
        let first = own.any.or(own.first);
        let at = first.map_or(own, |first| self.site(first)).at;
        let start = (at[0], at[1]);
        let around = self.recording.sites.iter().filter(|site| {
            // Of a macro with a body only what is before it may be recorded.
            let is_head = site.text.ends_with('!');
            site.kind == SiteKind::Stmt
                && site.function == own.function
                && (site.at[0], site.at[1]) <= start
                && (is_head || start < (site.at[2], site.at[3]))
        });
        // The innermost statement begins last.
        let statement = around.max_by_key(|site| (site.at[0], site.at[1]));
        let name = statement.map_or("", |site| {
            let before = match site.at[0] == at[0] {
                true => at[1] - site.at[1],
                false => usize::MAX,
            };
            names::last_macro(&site.text, before)
        });
        Macro {
            is_select: own.any.is_some() || name == "select!",
            name: name.to_owned(),
            line: statement.map_or(at[0], |site| site.at[0]),
            function: own.function.clone(),
        }
    }

    /// The picture of all tasks made so far.
    pub(crate) fn tasks_now(&self) -> Vec<TaskNow> {
        let is_made = |task: &usize| self.tasks[*task].state.is_some();
        let rows = &self.rows.members;
        let made = rows.iter().rposition(|row| row.iter().any(is_made));
        rows.iter()
            .take(made.map_or(0, |last| last + 1))
            .map(|row| match row[..] {
                [task] => self.task_now(task),
                _ => self.row_now(row),
            })
            .collect()
    }

    /// The picture of tasks that have one row together: that of the most active, and how many are
    /// what.
    fn row_now(&self, row: &[usize]) -> TaskNow {
        let mut counts = Counts::default();
        for task in row {
            if let Some(state) = self.shown(*task) {
                counts.add(*task, state);
            }
        }
        let mut now = self.task_now(counts.most_active().unwrap_or(row[0]));
        now.place = counts.words();
        now.branches.clear();
        now.waits.clear();
        now
    }

    fn task_now(&self, id: usize) -> TaskNow {
        let task = &self.tasks[id];
        let state = self.shown(id).unwrap_or(State::Unmade);
        let branches = task.calls.forks().into_iter().map(|fork| Branch {
            name: fork.text.to_owned(),
            place: caption::branch_place(&fork),
            lines: fork.lines,
        });
        let is_on = matches!(state, State::Running | State::Blocked)
            && self.threads.are_several()
            && self.kind(id) != TaskKind::Thread;
        TaskNow {
            state,
            lines: task.calls.trunk(task.has_thread()),
            place: caption::place(self, id, state),
            thread: is_on.then_some(task.thread),
            branches: branches.collect(),
            why: self.why(id),
            waits: self.waits(id),
        }
    }

    /// Whether a timer is still to fire.
    pub(crate) fn is_armed(&self, timer: &Timer) -> bool {
        let task = self.tasks[timer.task].state;
        !timer.fired && !timer.dropped && !task.is_some_and(State::is_over)
    }

    /// What goes on outside the runtime's tasks; what is of tasks that have one row together, as one.
    pub(crate) fn outside(&self) -> Vec<Outside> {
        // Of each row and kind: where it is, how many there are, and which is over next.
        let mut all: Vec<(Waiting, usize)> = Vec::new();
        let mut known: BTreeMap<(bool, usize), usize> = BTreeMap::new();
        let timers = self.armed.iter().filter_map(|id| {
            let timer = self.timers.get(id).filter(|timer| self.is_armed(timer))?;
            Some((Waiting::Timer(timer), timer.task))
        });
        let calls = self.blocking.iter();
        let calls = calls.map(|call| (Waiting::Call(call), call.task));
        for (waiting, task) in timers.chain(calls) {
            let row = self.rows.of[task];
            let key = (matches!(waiting, Waiting::Timer(_)), row);
            match known.get(&key) {
                Some(at) if self.rows.members[row].len() > 1 => {
                    let (first, count) = &mut all[*at];
                    *count += 1;
                    if waiting.due() < first.due() {
                        *first = waiting;
                    }
                }
                _ => {
                    known.insert(key, all.len());
                    all.push((waiting, 1));
                }
            }
        }
        let all = all.into_iter().map(|(waiting, count)| {
            let (is_timer, name, of) = match waiting {
                Waiting::Timer(timer) => (true, self.name(timer.task).to_owned(), timer.ms),
                Waiting::Call(call) => (false, self.blocking_name(call), call.ms),
            };
            let what = if is_timer { "timers" } else { "calls" };
            Outside {
                is_timer,
                name: match count {
                    1 => name,
                    _ => format!("{count} {what}, the next"),
                },
                left: waiting.due().saturating_sub(self.t),
                of,
            }
        });
        all.collect()
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
