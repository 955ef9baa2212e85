//! Folds a recording into steps: what a reader sees, one picture after another.
//!
//! Everything that a step says is decided here, once: the page without JavaScript, the transcript
//! and the player all show these steps. A recording that cannot have happened is refused.

pub(crate) mod calls;
pub(crate) mod deed;
mod fold;
pub(crate) mod names;
mod order;
pub(crate) mod rows;
mod shorten;
pub(crate) mod threads;
mod why;
pub(crate) mod world;

use recording::{Damage, Recording};

/// A run, ready to be shown.
#[derive(Debug, Clone)]
pub struct Run {
    /// All tasks of the run, in the order in which they were made; of many, those that are alike have
    /// one lane together. Wherever a task is named by its index, it is that of its lane.
    pub lanes: Vec<Lane>,
    /// The threads of a run on several, as they are called; none of a run on one.
    pub threads: Vec<String>,
    /// What of the run may be another way in another run, as sentences; mostly nothing.
    pub varies: Vec<&'static str>,
    /// What was printed, piece by piece.
    pub output: Vec<Output>,
    /// The pictures, at least one.
    pub steps: Vec<Step>,
    /// All timers of the run.
    pub timers: Vec<TimerLane>,
    /// All calls of the run that hold a thread.
    pub blocks: Vec<BlockLane>,
    /// Where tasks that are ready cannot run.
    pub holds: Vec<Hold>,
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
            (true, true) if self.threads.is_empty() => "Thread blocked",
            (true, true) => "Threads blocked",
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
    /// Its index in [`Run::timers`].
    pub timer: usize,
    /// The task that set it.
    pub task: usize,
    /// How long it was set for, in milliseconds.
    pub ms: u64,
    /// How many timers it stands for: of tasks that have one lane together, those that run at once.
    pub count: usize,
    /// The step that sets it.
    pub from: usize,
    /// The step at which it fires or the run is over.
    pub to: usize,
}

/// Where in the steps a call holds a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockLane {
    /// The task that is in it.
    pub task: usize,
    /// How long it says that it takes, in milliseconds.
    pub ms: u64,
    /// How many calls it stands for: of tasks that have one lane together, those that go on at once.
    pub count: usize,
    /// The step that begins it.
    pub from: usize,
    /// The step at which it returns or the run is over.
    pub to: usize,
}

/// Where in the steps tasks that are ready cannot run, because of a poll that takes long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The task that is polled.
    pub task: usize,
    /// How long it takes, in milliseconds.
    pub ms: u64,
    /// The tasks that are ready all the time.
    pub waiting: Vec<usize>,
    /// The step from which time passes.
    pub from: usize,
    /// The step up to which it does.
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
    /// It is not there yet, although one that was made later is: a thread that starts slowly.
    Unmade,
    /// It can go on and waits for the thread.
    Ready,
    /// It has the thread, to be polled or to be dropped.
    Running,
    /// It waits for something else than the thread.
    Suspended,
    /// It is in a call that has its thread wait: a thread or a closure of the blocking pool, which nobody
    /// polls, or whatever drives a future with `block_on`.
    Blocked,
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
            State::Unmade => "",
            State::Ready => "ready",
            State::Running => "running",
            State::Suspended => "suspended",
            State::Blocked => "blocked",
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
    /// The lines at which its calls stand, outermost first, up to where they fork; none before it
    /// begins and after it has ended.
    pub lines: Vec<usize>,
    /// Where it stands and what it waits for, in words.
    pub place: String,
    /// The thread that runs it, as an index of [`Run::threads`]; none of the only one.
    pub thread: Option<usize>,
    /// The futures that it awaits side by side and that are not over.
    pub branches: Vec<Branch>,
    /// Why it is running, or is ready and not running.
    pub why: Option<Why>,
    /// What it waits for in the end, where that is not what it awaits itself:
    /// `fetch_data(1) → a sleep`.
    pub waits: String,
}

/// One of the futures that a task awaits side by side, in a `join!` or `select!`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The awaited expression or the call: `nap(100)`.
    pub name: String,
    /// Where it stands and what it waits for, in words.
    pub place: String,
    /// The lines at which its calls stand, outermost first.
    pub lines: Vec<usize>,
}

/// Why a task is running, or ready and not running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// `woken by its timer`.
    pub words: String,
    /// The step at which that happened.
    pub step: usize,
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
    /// The timer's index in [`Run::timers`], or the task's number; neither for a cause outside.
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

/// Folds a recording into steps.
///
/// # Errors
///
/// When an event cannot follow what was before it, with its line.
pub fn steps(recording: &Recording) -> Result<Run, Damage> {
    fold::run(recording)
}
