//! What happens in a recorded run.

use serde::{Deserialize, Serialize};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When, in logical milliseconds since the program's start.
    pub t: u64,
    /// Of the time that has passed since the event before, what was measured and is no timer's and
    /// no blocking call's: milliseconds in which the program computed or waited for the world.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub measured: u64,
    /// The milliseconds that have passed since the thread's event before, if it has waited inside a call for
    /// more of them than it has run.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waited: u64,
    /// The thread that does it.
    #[serde(default, rename = "on", skip_serializing_if = "is_first")]
    pub thread: usize,
    /// Who: the task that runs; of a wake, the task that is woken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<usize>,
    /// In which call, counted from 0 in the order of the calls' `enter`s; where it is left out, in
    /// the last one of the site's function that the task has entered and not left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<usize>,
    /// What.
    #[serde(flatten)]
    pub what: Happening,
}

fn is_zero(measured: &u64) -> bool {
    *measured == 0
}

fn is_first(thread: &usize) -> bool {
    *thread == 0
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ev", rename_all = "lowercase")]
pub enum Happening {
    /// The runtime polls the task.
    Poll,
    /// That poll is over.
    Polled {
        /// Whether the task has ended.
        ready: bool,
    },
    /// The task spawns another, or starts a runtime with it.
    Spawn {
        /// The new task.
        new: usize,
        /// Where.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        site: Option<usize>,
    },
    /// The task is over.
    End {
        /// How.
        how: End,
    },
    /// The task becomes ready to run, or is told so again.
    Wake {
        /// Why.
        by: Cause,
    },
    /// A function of the listing begins; an async one at its first poll.
    Enter {
        /// The function.
        site: usize,
        /// Its parameters' names and values.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        args: Vec<(String, String)>,
    },
    /// That function is over.
    Leave {
        /// The function.
        site: usize,
        /// How.
        how: How,
    },
    /// A statement begins.
    Line {
        /// The statement.
        site: usize,
    },
    /// A variable has got its value.
    Value {
        /// The statement that names it.
        site: usize,
        /// The variable.
        name: String,
        /// What it looks like.
        value: String,
    },
    /// An `.await` is reached, before its first poll.
    Await {
        /// The `.await`.
        site: usize,
        /// What is awaited: `sleep`, `JoinHandle`, a function's name, a type's.
        what: String,
        /// The task whose end is awaited, if it is a JoinHandle.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        joins: Option<usize>,
    },
    /// What is awaited is not ready.
    Pending {
        /// The `.await`.
        site: usize,
    },
    /// What is awaited is polled again.
    Resume {
        /// The `.await`.
        site: usize,
    },
    /// What is awaited is ready; the program goes on behind the `.await`.
    Ready {
        /// The `.await`.
        site: usize,
    },
    /// What is awaited is given up: the future that awaits it is dropped.
    Cancel {
        /// The `.await`.
        site: usize,
    },
    /// The task arms a timer.
    Timer {
        /// The timer's number, counted from 0.
        timer: usize,
        /// It is due this many milliseconds from now.
        ms: u64,
    },
    /// A timer is due.
    Fire {
        /// The timer.
        timer: usize,
    },
    /// A call that holds the thread begins.
    Block {
        /// The call.
        site: usize,
        /// For how many milliseconds, where the call itself says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ms: Option<u64>,
    },
    /// That call is over.
    Unblock {
        /// The call.
        site: usize,
    },
    /// The program prints.
    Out {
        /// The macro that prints.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        site: Option<usize>,
        /// 1 is stdout, 2 is stderr.
        fd: u8,
        /// What.
        text: String,
    },
    /// The task panics. Its functions are left behind this.
    Panic {
        /// The statement that panics, if it is the listing's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        site: Option<usize>,
        /// What it says.
        text: String,
    },
    /// More happened at a place than is kept.
    More {
        /// The place.
        site: usize,
        /// At least so many events are left out; at a [`SiteKind::Spawn`](crate::SiteKind::Spawn) tasks.
        count: u64,
    },
    /// The program is over. Always the last event.
    Exit {
        /// Its exit code, if it ended by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<i32>,
        /// Why the recording ends before the program did: `time limit`, `too many events`, ...
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cut: Option<String>,
        /// In what the recorded program was seen to differ from the same program with nothing
        /// inserted: `stdout`, `stderr`, `exit code`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        differs: Vec<String>,
    },
}

impl Happening {
    /// What the format calls it: its `ev`.
    pub fn name(&self) -> &'static str {
        use Happening::*;
        match self {
            Poll => "poll",
            Polled { .. } => "polled",
            Spawn { .. } => "spawn",
            End { .. } => "end",
            Wake { .. } => "wake",
            Enter { .. } => "enter",
            Leave { .. } => "leave",
            Line { .. } => "line",
            Value { .. } => "value",
            Await { .. } => "await",
            Pending { .. } => "pending",
            Resume { .. } => "resume",
            Ready { .. } => "ready",
            Cancel { .. } => "cancel",
            Timer { .. } => "timer",
            Fire { .. } => "fire",
            Block { .. } => "block",
            Unblock { .. } => "unblock",
            Out { .. } => "out",
            Panic { .. } => "panic",
            More { .. } => "more",
            Exit { .. } => "exit",
        }
    }

    /// The place of the listing where it happens, if it has one.
    pub fn site(&self) -> Option<usize> {
        use Happening::*;
        match self {
            Enter { site, .. }
            | Leave { site, .. }
            | Line { site }
            | Value { site, .. }
            | Await { site, .. }
            | Pending { site }
            | Resume { site }
            | Ready { site }
            | Cancel { site }
            | Block { site, .. }
            | Unblock { site }
            | More { site, .. } => Some(*site),
            Spawn { site, .. } | Out { site, .. } | Panic { site, .. } => *site,
            _ => None,
        }
    }
}

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// It ran to its end.
    Done,
    /// It panicked.
    Panicked,
    /// It was aborted.
    Cancelled,
    /// Its runtime ended before it did.
    Dropped,
}

/// How a function's call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It returned.
    Done,
    /// Its future was dropped while it waited.
    Dropped,
    /// It panicked.
    Panicked,
}

/// Why a task is woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// A timer fired.
    Timer(usize),
    /// Something that this task did.
    Task(usize),
    /// This task ended, and the woken one waits for its JoinHandle.
    End(usize),
    /// Input or output became possible, a signal came, a child process ended.
    Io,
    /// The task itself.
    #[serde(rename = "self")]
    Itself,
    /// Not known.
    Unknown,
}
