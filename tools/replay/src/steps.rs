//! Folds a recording into steps: what a reader sees, one picture after another.
//!
//! Everything that a step says is decided here, once: the page without JavaScript, the transcript
//! and the player all show these steps. A recording that cannot have happened is refused.

use std::collections::BTreeMap;

use crate::caption;
use recording::{Cause, Damage, End, Event, Happening, How, Recording, Site, TaskKind};

/// A run, ready to be shown.
#[derive(Debug, Clone)]
pub struct Run {
    /// All tasks of the run, in the order in which they were made.
    pub lanes: Vec<Lane>,
    /// What was printed, piece by piece.
    pub output: Vec<Output>,
    /// The pictures, at least one.
    pub steps: Vec<Step>,
    /// All timers of the run.
    pub timers: Vec<TimerLane>,
}

impl Run {
    /// What goes on besides the tasks, as a heading.
    pub fn outside_name(&self) -> &'static str {
        let is_blocked = self
            .steps
            .iter()
            .any(|step| step.outside.iter().any(|outside| !outside.is_timer));
        match (is_blocked, self.timers.is_empty()) {
            (false, _) => "Timers",
            (true, true) => "Thread blocked",
            (true, false) => "Timers, blocking calls",
        }
    }
}

/// A task as the page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// One or two characters that no other task of the run has.
    pub key: String,
    /// `fetch_data(1)`.
    pub name: String,
    /// Whether it is a thread's, without a runtime that could suspend it.
    pub is_thread: bool,
}

/// Something printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// 1 or 2.
    pub fd: u8,
    /// As it was printed, with its line end.
    pub text: String,
}

/// Where in the steps a timer runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerLane {
    /// Its number in the recording.
    pub timer: usize,
    /// The task that set it.
    pub task: usize,
    /// How long it was set for, in milliseconds.
    pub ms: u64,
    /// The step that sets it.
    pub from: usize,
    /// The step at which it fires or the run is over.
    pub to: usize,
}

/// One picture.
#[derive(Debug, Clone)]
pub struct Step {
    /// Named by what happens: `main-suspends-1`. Unique in the run.
    pub id: String,
    /// Logical milliseconds since the start.
    pub t: u64,
    /// One sentence or two: what just happened, and why.
    pub caption: String,
    /// Whether something happened to a task, rather than one line was run or printed.
    pub is_change: bool,
    /// The line that was just reached.
    pub line: Option<usize>,
    /// The tasks made so far.
    pub tasks: Vec<TaskNow>,
    /// What goes on outside the runtime's tasks.
    pub outside: Vec<Outside>,
    /// How many pieces of the output have been printed.
    pub output: usize,
    /// Milliseconds that pass between this step and the next.
    pub wait: u64,
    /// Who made whom ready in this step.
    pub arrows: Vec<Arrow>,
}

/// What a task is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It can go on and waits for the thread.
    Ready,
    /// It has the thread.
    Running,
    /// It waits for something else than the thread.
    Suspended,
    /// It has ended.
    Done,
    /// It was cancelled, or dropped with the runtime.
    Cancelled,
    /// It panicked.
    Panicked,
}

impl State {
    /// The word on the page.
    pub fn word(self) -> &'static str {
        match self {
            State::Ready => "ready",
            State::Running => "running",
            State::Suspended => "suspended",
            State::Done => "done",
            State::Cancelled => "cancelled",
            State::Panicked => "panicked",
        }
    }

    /// Whether it will never run again.
    pub fn is_over(self) -> bool {
        matches!(self, State::Done | State::Cancelled | State::Panicked)
    }
}

/// A task in one picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskNow {
    /// What it is doing.
    pub state: State,
    /// The lines at which its calls stand, outermost first; none before it begins and after it
    /// has ended.
    pub lines: Vec<usize>,
    /// Where it stands and what it waits for, in words.
    pub place: String,
}

/// Something that goes on without the thread, or keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// `true` for a timer, `false` for a call that blocks.
    pub is_timer: bool,
    /// Whose it is.
    pub name: String,
    /// Milliseconds left.
    pub left: u64,
    /// Milliseconds from its beginning to its end.
    pub of: u64,
}

/// A reason why a task became ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrow {
    /// The timer's or the task's number; neither for a cause outside.
    pub from: Origin,
    /// The task that became ready.
    pub to: usize,
}

/// What an [`Arrow`] comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A timer fired.
    Timer(usize),
    /// A task ended, or did something.
    Task(usize),
    /// Something outside the program.
    Outside,
}

/// What one step is about. Events that belong together are gathered in one of these.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    Line {
        task: usize,
        value: Option<(String, String)>,
    },
    Poll {
        task: usize,
        first: bool,
        over: Option<Awaited>,
        again: bool,
        value: Option<(String, String)>,
    },
    Spawn {
        task: usize,
        new: usize,
    },
    Out {
        task: usize,
        fd: u8,
        text: String,
    },
    SetTimer {
        task: usize,
        ms: u64,
    },
    Await {
        task: usize,
        awaited: Awaited,
        timer: Option<u64>,
        entered: Option<String>,
        ready: bool,
        suspended: bool,
        value: Option<(String, String)>,
    },
    Call {
        task: usize,
        name: String,
    },
    Return {
        task: usize,
        name: String,
        value: Option<(String, String)>,
    },
    End {
        task: usize,
        how: End,
        woken: Vec<usize>,
        exit: bool,
    },
    Fire {
        timer: usize,
        woken: Vec<usize>,
        after: u64,
    },
    Wake {
        task: usize,
        by: Cause,
    },
    Idle {
        next: Option<(usize, u64)>,
    },
    Busy {
        task: Option<usize>,
        ms: u64,
    },
    Block {
        task: usize,
        ms: u64,
        what: String,
    },
    Unblock {
        task: usize,
        ms: u64,
        what: String,
    },
    More {
        count: u64,
        line: usize,
    },
    Exit {
        code: Option<i32>,
        cut: Option<String>,
    },
}

/// What an `.await` waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Awaited {
    /// The site of the `.await`.
    pub(crate) site: usize,
    pub(crate) line: usize,
    /// The class of the future.
    pub(crate) what: String,
    /// The awaited expression.
    pub(crate) text: String,
    /// The task, if it is that task's handle.
    pub(crate) task: Option<usize>,
}

pub(crate) struct TaskState {
    pub(crate) state: Option<State>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) awaits: Vec<Awaited>,
    polls: usize,
    /// The task that stands in the `block_on` that drives this one.
    pub(crate) driver: Option<usize>,
    /// Woken while it runs: ready at once when it is suspended.
    woken: bool,
    /// Whether the statement being run has spawned a task.
    has_spawned: bool,
}

pub(crate) struct Frame {
    pub(crate) name: String,
    pub(crate) line: usize,
    site: usize,
}

pub(crate) struct Timer {
    pub(crate) task: usize,
    pub(crate) ms: u64,
    set: u64,
    fired: bool,
}

struct Blocking {
    task: usize,
    what: String,
    since: u64,
    ms: u64,
}

/// The world in the middle of a run.
pub(crate) struct World<'a> {
    recording: &'a Recording,
    pub(crate) tasks: Vec<TaskState>,
    pub(crate) timers: BTreeMap<usize, Timer>,
    blocking: Vec<Blocking>,
    pub(crate) t: u64,
    line: Option<usize>,
    deed: Option<Deed>,
    arrows: Vec<Arrow>,
    output: Vec<Output>,
    steps: Vec<Step>,
    timer_lanes: BTreeMap<usize, TimerLane>,
    ids: BTreeMap<String, usize>,
    /// The line of the recording on which the event at hand stands.
    file_line: usize,
}

/// Folds a recording into steps.
///
/// # Errors
///
/// When an event cannot follow what was before it, with its line.
pub fn steps(recording: &Recording) -> Result<Run, Damage> {
    let mut world = World::new(recording);
    for (index, event) in recording.events.iter().enumerate() {
        world.file_line = recording.line_of(index);
        world.event(event)?;
    }
    world.flush();
    let last = world.steps.len().saturating_sub(1);
    let mut timers: Vec<_> = world.timer_lanes.into_values().collect();
    for timer in &mut timers {
        timer.to = timer.to.min(last);
    }
    Ok(Run {
        lanes: lanes(recording),
        output: world.output,
        steps: world.steps,
        timers,
    })
}

impl<'a> World<'a> {
    fn new(recording: &'a Recording) -> Self {
        let tasks = recording.tasks.iter().enumerate().map(|(id, task)| {
            let state = match task.kind {
                TaskKind::Thread => Some(State::Running),
                _ if id == 0 => Some(State::Ready),
                _ => None,
            };
            TaskState {
                state,
                frames: Vec::new(),
                awaits: Vec::new(),
                polls: 0,
                driver: None,
                woken: false,
                has_spawned: false,
            }
        });
        World {
            recording,
            tasks: tasks.collect(),
            timers: BTreeMap::new(),
            blocking: Vec::new(),
            t: 0,
            line: None,
            deed: None,
            arrows: Vec::new(),
            output: Vec::new(),
            steps: Vec::new(),
            timer_lanes: BTreeMap::new(),
            ids: BTreeMap::new(),
            file_line: 0,
        }
    }

    /// Whether a task is what a `block_on` drives.
    pub(crate) fn is_driven(&self, task: usize) -> bool {
        self.recording.tasks[task].kind == TaskKind::BlockOn
    }

    /// A task's name with its arguments.
    pub(crate) fn name(&self, task: usize) -> &str {
        &self.recording.tasks[task].name
    }

    fn event(&mut self, event: &Event) -> Result<(), Damage> {
        let at = self.file_line;
        let fault = |expected: &str, found: String| Err(Damage::new(at, expected, found));
        if event.t < self.t {
            return fault(
                "times that do not go back",
                format!("{} ms after {} ms", event.t, self.t),
            );
        }
        if event.t > self.t {
            self.time_passes(event.t, matches!(event.what, Happening::Fire { .. }));
        }
        match &event.what {
            Happening::Fire { timer } => return self.fire(self.file_line, *timer),
            Happening::Exit { code, cut, .. } => {
                let never = self.tasks.iter().position(|task| task.state.is_none());
                if let (Some(task), None) = (never, cut) {
                    return fault(
                        "the spawn of every task that the recording lists",
                        format!("none of {}", self.name(task)),
                    );
                }
                match &mut self.deed {
                    Some(Deed::End { exit, .. }) if cut.is_none() && *code == Some(0) => {
                        *exit = true;
                    }
                    _ => self.begin(Deed::Exit {
                        code: *code,
                        cut: cut.clone(),
                    }),
                }
                return Ok(());
            }
            Happening::More { site, count } => {
                let line = self.recording.sites[*site].at[0];
                self.begin(Deed::More {
                    count: *count,
                    line,
                });
                return Ok(());
            }
            _ => {}
        }
        let Some(task) = event.task else {
            return fault(
                "a task",
                format!("`{}` without one", caption::kind(&event.what)),
            );
        };
        self.of_task(event, task)
    }

    fn of_task(&mut self, event: &Event, task: usize) -> Result<(), Damage> {
        let kind = caption::kind(&event.what);
        let name = self.name(task).to_owned();
        let at = self.file_line;
        let fault = |expected: String, found: String| Err(Damage::new(at, expected, found));
        let Some(state) = self.tasks[task].state else {
            return fault(
                format!("a `spawn` of task {task} before anything happens to it"),
                format!("`{kind}` of {name}"),
            );
        };
        if state.is_over() && !matches!(event.what, Happening::Wake { .. }) {
            return fault(
                format!("nothing more of {name}, which is {}", state.word()),
                format!("`{kind}`"),
            );
        }
        // A future that is dropped while it waits tells so without being polled.
        let may_be_at_rest = matches!(
            event.what,
            Happening::Poll
                | Happening::Wake { .. }
                | Happening::End { .. }
                | Happening::Cancel { .. }
                | Happening::Leave {
                    how: How::Dropped,
                    ..
                }
        );
        if state != State::Running && !may_be_at_rest {
            return fault(
                format!("a `poll` of {name} before it does anything"),
                format!("`{kind}` of a task that is {}", state.word()),
            );
        }
        match &event.what {
            Happening::Poll => {
                if state != State::Ready {
                    return fault(
                        format!("a `wake` of {name} before it is polled"),
                        format!("`poll` of a task that is {}", state.word()),
                    );
                }
                let first = self.tasks[task].polls == 0;
                self.begin(Deed::Poll {
                    task,
                    first,
                    over: None,
                    again: false,
                    value: None,
                });
                self.tasks[task].polls += 1;
                self.tasks[task].woken = false;
                self.tasks[task].state = Some(State::Running);
                self.line = self.tasks[task].frames.last().map(|frame| frame.line);
            }
            Happening::Polled { ready } => {
                if !ready {
                    self.suspend(task);
                }
            }
            Happening::Spawn { new, site } => {
                if self.tasks[*new].state.is_some() {
                    return fault(
                        "a task that is new".to_owned(),
                        format!("{}, which was spawned before", self.name(*new)),
                    );
                }
                if let Some(site) = site {
                    self.line = Some(self.site(*site).at[0]);
                }
                self.begin(Deed::Spawn { task, new: *new });
                self.tasks[*new].state = Some(State::Ready);
                if self.is_driven(*new) {
                    // Its thread is what drives it: until then it stands still.
                    self.tasks[*new].driver = Some(task);
                    self.tasks[task].state = Some(State::Suspended);
                } else {
                    self.tasks[task].has_spawned = true;
                }
                self.arrows.push(Arrow {
                    from: Origin::Task(task),
                    to: *new,
                });
            }
            Happening::End { how } => self.end(task, *how),
            Happening::Wake { by } => return self.wake(self.file_line, task, *by),
            Happening::Enter { site, args } => self.enter(task, *site, args),
            Happening::Leave { site, how } => {
                let open = self.tasks[task].frames.last().map(|frame| frame.site);
                if open != Some(*site) {
                    return fault(
                        "the end of the call that began last".to_owned(),
                        format!("the end of `{}`", self.site(*site).function),
                    );
                }
                self.leave(task, *how);
            }
            Happening::Line { site } => {
                let line = self.site(*site).at[0];
                self.begin(Deed::Line { task, value: None });
                self.tasks[task].has_spawned = false;
                self.stand(task, line);
            }
            Happening::Value { name, value, .. } => self.value(task, name, value),
            Happening::Await { site, what, joins } => self.reach_await(task, *site, what, *joins),
            Happening::Pending { site } | Happening::Resume { site } => {
                self.awaited(self.file_line, task, *site)?;
            }
            Happening::Ready { site } => {
                let at = self.awaited(self.file_line, task, *site)?;
                self.ready(task, at);
            }
            Happening::Cancel { site } => {
                let at = self.awaited(self.file_line, task, *site)?;
                self.tasks[task].awaits.remove(at);
            }
            Happening::Timer { timer, ms } => {
                if self.timers.contains_key(timer) {
                    return fault(
                        "a timer that is new".to_owned(),
                        format!("timer {timer}, which was set before"),
                    );
                }
                self.set_timer(task, *timer, *ms);
            }
            Happening::Block { ms, site } => {
                let ms = ms.unwrap_or(0);
                let line = self.site(*site).at[0];
                self.stand(task, line);
                let what = caption::callee(&self.site(*site).text).to_owned();
                self.begin(Deed::Block {
                    task,
                    ms,
                    what: what.clone(),
                });
                self.blocking.push(Blocking {
                    task,
                    what,
                    since: self.t,
                    ms,
                });
            }
            Happening::Unblock { .. } => {
                let Some(at) = self.blocking.iter().position(|call| call.task == task) else {
                    return fault("a `block` before it".to_owned(), "`unblock`".to_owned());
                };
                let call = self.blocking.remove(at);
                self.begin(Deed::Unblock {
                    task,
                    ms: self.t - call.since,
                    what: call.what,
                });
            }
            Happening::Out { fd, text, .. } => {
                self.begin(Deed::Out {
                    task,
                    fd: *fd,
                    text: text.clone(),
                });
                self.output.push(Output {
                    fd: *fd,
                    text: text.clone(),
                });
            }
            // Its functions' ends and its own say so too.
            Happening::Panic { .. } => {}
            Happening::Fire { .. } | Happening::Exit { .. } | Happening::More { .. } => {}
        }
        Ok(())
    }

    fn site(&self, site: usize) -> &'a Site {
        &self.recording.sites[site]
    }

    fn stand(&mut self, task: usize, line: usize) {
        self.line = Some(line);
        if let Some(frame) = self.tasks[task].frames.last_mut() {
            frame.line = line;
        }
    }

    /// A gap that a timer's firing ends was spent asleep, also by a plain `main` that has the
    /// runtime run on its thread.
    fn time_passes(&mut self, t: u64, until_timer: bool) {
        let mut tasks = self.tasks.iter();
        let running = tasks.position(|task| !until_timer && task.state == Some(State::Running));
        let is_blocked = !self.blocking.is_empty();
        if !is_blocked {
            let due = |timer: &Timer| timer.set + timer.ms;
            let armed = self.timers.values().filter(|timer| !timer.fired);
            let next = armed
                .min_by_key(|timer| due(timer))
                .map(|timer| (timer.task, due(timer).saturating_sub(self.t)));
            match running {
                Some(task) => self.begin(Deed::Busy {
                    task: Some(task),
                    ms: t - self.t,
                }),
                None => self.begin(Deed::Idle { next }),
            }
        }
        self.flush();
        if let Some(step) = self.steps.last_mut() {
            step.wait = t - self.t;
        }
        self.t = t;
    }

    fn fire(&mut self, line: usize, id: usize) -> Result<(), Damage> {
        match self.timers.get(&id) {
            Some(timer) if !timer.fired => {
                let after = timer.ms;
                self.begin(Deed::Fire {
                    timer: id,
                    woken: Vec::new(),
                    after,
                });
            }
            Some(_) => {
                return Err(Damage::new(
                    line,
                    "a timer that has not fired",
                    format!("timer {id}"),
                ));
            }
            None => {
                return Err(Damage::new(
                    line,
                    "a timer that was set",
                    format!("timer {id}"),
                ));
            }
        }
        if let Some(timer) = self.timers.get_mut(&id) {
            timer.fired = true;
        }
        if let Some(lane) = self.timer_lanes.get_mut(&id) {
            lane.to = self.steps.len();
        }
        Ok(())
    }

    fn wake(&mut self, line: usize, task: usize, by: Cause) -> Result<(), Damage> {
        if let Cause::Timer(timer) = by
            && !self.timers.get(&timer).is_some_and(|timer| timer.fired)
        {
            return Err(Damage::new(
                line,
                "the firing of the timer before it wakes a task",
                format!("timer {timer}, which has not fired"),
            ));
        }
        match self.tasks[task].state {
            // Wakers outlive what they wake, and may be called twice.
            None | Some(State::Done | State::Cancelled | State::Panicked | State::Ready) => {
                return Ok(());
            }
            Some(State::Running) => {
                self.tasks[task].woken = true;
                return Ok(());
            }
            Some(State::Suspended) => {}
        }
        let cause = match by {
            Cause::Timer(timer) => Origin::Timer(timer),
            Cause::Task(by) | Cause::End(by) => Origin::Task(by),
            _ => Origin::Outside,
        };
        match (&mut self.deed, by) {
            (Some(Deed::Fire { timer, woken, .. }), Cause::Timer(by)) if *timer == by => {
                woken.push(task);
            }
            (
                Some(Deed::End {
                    task: ended, woken, ..
                }),
                Cause::End(by),
            ) if *ended == by => woken.push(task),
            _ => self.begin(Deed::Wake { task, by }),
        }
        self.arrows.push(Arrow {
            from: cause,
            to: task,
        });
        self.tasks[task].state = Some(State::Ready);
        Ok(())
    }

    fn end(&mut self, task: usize, how: End) {
        let state = match how {
            End::Done => State::Done,
            End::Panicked => State::Panicked,
            End::Cancelled | End::Dropped => State::Cancelled,
        };
        match &mut self.deed {
            Some(Deed::End {
                task: ending,
                how: known,
                ..
            }) if *ending == task => *known = how,
            _ => self.begin(Deed::End {
                task,
                how,
                woken: Vec::new(),
                exit: false,
            }),
        }
        self.tasks[task].state = Some(state);
        if let Some(driver) = self.tasks[task].driver {
            self.tasks[driver].state = Some(State::Running);
        }
        self.tasks[task].frames.clear();
        self.tasks[task].awaits.clear();
    }

    fn enter(&mut self, task: usize, site: usize, args: &[(String, String)]) {
        let at = self.site(site);
        let values: Vec<_> = args.iter().map(|(_, value)| value.as_str()).collect();
        let name = if self.tasks[task].frames.is_empty() {
            self.name(task).to_owned()
        } else {
            format!("{}({})", at.function, values.join(", "))
        };
        let is_root = self.tasks[task].frames.is_empty();
        match &mut self.deed {
            Some(Deed::Poll { .. }) if is_root => {}
            Some(Deed::Await { entered, .. }) if entered.is_none() => *entered = Some(name.clone()),
            _ => self.begin(Deed::Call {
                task,
                name: name.clone(),
            }),
        }
        let line = at.at[0];
        self.line = Some(line);
        self.tasks[task].frames.push(Frame { name, line, site });
    }

    fn leave(&mut self, task: usize, how: How) {
        let is_root = self.tasks[task].frames.len() <= 1;
        let how = match how {
            How::Dropped => {
                self.tasks[task].frames.pop();
                return;
            }
            How::Panicked => End::Panicked,
            How::Done => End::Done,
        };
        if is_root {
            // A thread has no other end; of a task there is more to come.
            if self.recording.tasks[task].kind == TaskKind::Thread {
                return self.end(task, how);
            }
            return self.begin(Deed::End {
                task,
                how,
                woken: Vec::new(),
                exit: false,
            });
        }
        let name = match self.tasks[task].frames.last() {
            Some(frame) => frame.name.clone(),
            None => String::new(),
        };
        self.begin(Deed::Return {
            task,
            name,
            value: None,
        });
        self.tasks[task].frames.pop();
        self.line = self.tasks[task].frames.last().map(|frame| frame.line);
    }

    fn value(&mut self, task: usize, name: &str, shown: &str) {
        // The variable is the new task's handle, and the step of the spawn has said so.
        if std::mem::take(&mut self.tasks[task].has_spawned) {
            return;
        }
        if let Some(
            Deed::Line { value, .. }
            | Deed::Poll { value, .. }
            | Deed::Await { value, .. }
            | Deed::Return { value, .. },
        ) = &mut self.deed
        {
            *value = Some((name.to_owned(), shown.to_owned()));
        }
    }

    fn reach_await(&mut self, task: usize, site: usize, what: &str, joins: Option<usize>) {
        let at = self.site(site);
        let text = at.text.strip_suffix(".await").unwrap_or(&at.text).trim();
        let awaited = Awaited {
            site,
            line: at.at[0],
            what: what.to_owned(),
            text: text.to_owned(),
            task: joins,
        };
        let timer = match &self.deed {
            Some(Deed::SetTimer {
                task: whose, ms, ..
            }) if *whose == task => Some(*ms),
            _ => None,
        };
        self.begin(Deed::Await {
            task,
            awaited: awaited.clone(),
            timer,
            entered: None,
            ready: false,
            suspended: false,
            value: None,
        });
        self.stand(task, awaited.line);
        self.tasks[task].awaits.push(awaited);
    }

    /// The index of an `.await` that the task has reached and not left.
    fn awaited(&self, line: usize, task: usize, site: usize) -> Result<usize, Damage> {
        let awaits = &self.tasks[task].awaits;
        awaits
            .iter()
            .rposition(|known| known.site == site)
            .ok_or_else(|| {
                Damage::new(
                    line,
                    "an `await` of this site before it",
                    format!("`{}`", self.site(site).text),
                )
            })
    }

    fn ready(&mut self, task: usize, at: usize) {
        let awaited = self.tasks[task].awaits.remove(at);
        match &mut self.deed {
            Some(Deed::Poll { over, .. }) => *over = Some(awaited),
            Some(Deed::Await {
                awaited: open,
                ready,
                ..
            }) if open.site == awaited.site => *ready = true,
            _ => {}
        }
    }

    fn suspend(&mut self, task: usize) {
        match &mut self.deed {
            Some(Deed::Await {
                task: whose,
                suspended,
                ..
            }) if *whose == task => *suspended = true,
            Some(Deed::Poll {
                task: whose, again, ..
            }) if *whose == task => *again = true,
            _ => {}
        }
        let woken = std::mem::take(&mut self.tasks[task].woken);
        self.tasks[task].state = Some(if woken {
            State::Ready
        } else {
            State::Suspended
        });
    }

    fn set_timer(&mut self, task: usize, id: usize, ms: u64) {
        match &mut self.deed {
            Some(Deed::Await {
                task: whose, timer, ..
            }) if *whose == task => *timer = Some(ms),
            _ => self.begin(Deed::SetTimer { task, ms }),
        }
        self.timers.insert(
            id,
            Timer {
                task,
                ms,
                set: self.t,
                fired: false,
            },
        );
        self.timer_lanes.insert(
            id,
            TimerLane {
                timer: id,
                task,
                ms,
                from: self.steps.len(),
                to: usize::MAX,
            },
        );
    }

    /// Makes a step of what was gathered, and begins to gather anew. A line that is reached only
    /// to do what is gathered next needs no step of its own.
    fn begin(&mut self, next: Deed) {
        let is_absorbed = match (&self.deed, &next) {
            (
                Some(Deed::Line { task: old, value }),
                Deed::Spawn { task, .. }
                | Deed::Out { task, .. }
                | Deed::SetTimer { task, .. }
                | Deed::Await { task, .. }
                | Deed::Call { task, .. }
                | Deed::Block { task, .. }
                | Deed::Return { task, .. }
                | Deed::End { task, .. },
            ) => value.is_none() && old == task,
            (Some(Deed::SetTimer { task: old, .. }), Deed::Await { task, .. }) => old == task,
            _ => false,
        };
        if is_absorbed {
            self.deed = None;
        }
        self.flush();
        self.deed = Some(next);
    }

    fn flush(&mut self) {
        let Some(deed) = self.deed.take() else {
            return;
        };
        let (base, counts) = caption::id(self, &deed);
        let seen = self.ids.entry(base.clone()).or_insert(0);
        *seen += 1;
        let id = if counts || *seen > 1 {
            format!("{base}-{seen}")
        } else {
            base
        };
        let step = Step {
            id,
            t: self.t,
            caption: caption::caption(self, &deed),
            is_change: !matches!(deed, Deed::Line { .. } | Deed::Out { .. }),
            line: match deed {
                Deed::Idle { .. } | Deed::Fire { .. } | Deed::Exit { .. } => None,
                _ => self.line,
            },
            tasks: self.tasks_now(),
            outside: self.outside(),
            output: self.output.len(),
            wait: 0,
            arrows: std::mem::take(&mut self.arrows),
        };
        self.steps.push(step);
    }

    fn tasks_now(&self) -> Vec<TaskNow> {
        let tasks = self.tasks.iter().enumerate();
        tasks
            .map_while(|(id, task)| {
                let state = task.state?;
                Some(TaskNow {
                    state,
                    lines: task.frames.iter().map(|frame| frame.line).collect(),
                    place: caption::place(self, id, state),
                })
            })
            .collect()
    }

    fn outside(&self) -> Vec<Outside> {
        let timers = self.timers.values().filter(|timer| !timer.fired);
        let timers = timers.map(|timer| Outside {
            is_timer: true,
            name: self.name(timer.task).to_owned(),
            left: (timer.set + timer.ms).saturating_sub(self.t),
            of: timer.ms,
        });
        let calls = self.blocking.iter().map(|call| Outside {
            is_timer: false,
            name: call.what.clone(),
            left: (call.since + call.ms).saturating_sub(self.t),
            of: call.ms,
        });
        timers.chain(calls).collect()
    }
}

/// Names and keys of all tasks. A key is what tells a task from the others where there is no room
/// for its name: the argument of `fetch_data(1)`, the first letter of `main`, or else a number.
fn lanes(recording: &Recording) -> Vec<Lane> {
    let keys: Vec<String> = recording
        .tasks
        .iter()
        .map(|task| {
            let args = task.name.strip_suffix(')').and_then(|name| {
                let (_, args) = name.split_once('(')?;
                let short = (1..=2).contains(&args.chars().count());
                (short && args.chars().all(char::is_alphanumeric)).then(|| args.to_owned())
            });
            args.unwrap_or_else(|| task.name.chars().take(1).collect())
        })
        .collect();
    let is_unique =
        |key: &String| !key.is_empty() && keys.iter().filter(|other| *other == key).count() == 1;
    let is_each = keys.iter().all(is_unique);
    let tasks = recording.tasks.iter().enumerate();
    tasks
        .map(|(id, task)| Lane {
            key: if is_each {
                keys[id].clone()
            } else {
                id.to_string()
            },
            name: task.name.clone(),
            is_thread: task.kind == TaskKind::Thread,
        })
        .collect()
}
