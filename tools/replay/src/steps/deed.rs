//! What one step is about.

use recording::{Cause, End};

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
    /// Whether it is awaited beside others, by `of`.
    pub(crate) is_branch: bool,
    /// What polls a branch.
    pub(crate) of: Macro,
}

/// A `join!`, `try_join!` or `select!`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Macro {
    /// `join!`, or what the program calls it; nothing, if it is not known.
    pub(crate) name: String,
    /// Whether one of its branches is enough.
    pub(crate) is_select: bool,
    pub(crate) line: usize,
    /// The function that it stands in.
    pub(crate) function: String,
}

impl Awaited {
    /// Whether the future itself lives on when it is no longer awaited.
    pub(crate) fn is_borrowed(&self) -> bool {
        is_borrowed(&self.text)
    }
}

/// Whether an expression only borrows a future.
pub(crate) fn is_borrowed(text: &str) -> bool {
    text.starts_with("&mut ") || text.ends_with(".as_mut()")
}

/// How the poll of one of several futures turned out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) awaited: Awaited,
    pub(crate) is_ready: bool,
}

/// Variables and what they have been set to.
pub(crate) type Values = Vec<(String, String)>;

/// What one step is about. Events that belong together are gathered in one of these.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// A thread that the program has started does something for the first time.
    Start {
        task: usize,
    },
    Line {
        task: usize,
        line: usize,
        values: Values,
    },
    Poll {
        task: usize,
        first: bool,
        /// The task that polls it itself, as one does that drives a `LocalSet`.
        within: Option<usize>,
        looks: Vec<Look>,
        over: Option<Awaited>,
        again: bool,
        values: Values,
    },
    /// One of the futures that stand side by side is polled again, behind another one.
    Turn {
        task: usize,
        awaited: Awaited,
        looks: Vec<Look>,
        over: Option<Awaited>,
        again: bool,
        values: Values,
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
        /// The future that sets it, if that is not the call that the task is in.
        by: Option<String>,
        suspended: bool,
    },
    Await {
        task: usize,
        awaited: Awaited,
        timer: Option<u64>,
        entered: Option<String>,
        ready: bool,
        pending: bool,
        suspended: bool,
        values: Values,
    },
    /// What was awaited is ready, told by itself.
    Over {
        task: usize,
        awaited: Awaited,
        values: Values,
    },
    /// The task is suspended, told by itself.
    Suspend {
        task: usize,
    },
    /// Futures are dropped while they wait.
    GiveUp {
        task: usize,
        /// What, and the line at which it waited.
        what: Vec<(String, Option<usize>)>,
        /// The macro that gives them up, where one does.
        of: Option<Macro>,
        /// Whether these are calls, each told for itself, rather than what a macro has polled.
        are_calls: bool,
    },
    Call {
        task: usize,
        name: String,
        is_root: bool,
    },
    Return {
        task: usize,
        name: String,
        /// What was awaited and is ready by that, and what is still awaited beside it.
        ready: Option<(Awaited, Vec<String>)>,
        /// What polls it, where that is a future that may poll others too.
        within: Option<String>,
        values: Values,
    },
    Panic {
        task: usize,
        text: String,
        line: Option<usize>,
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
        /// The task in whose middle it is woken, where the recording names no other cause.
        during: Option<usize>,
        /// Whether it is woken to be dropped.
        aborts: bool,
    },
    Idle {
        next: Option<(usize, u64)>,
    },
    Busy {
        tasks: Vec<usize>,
        ms: u64,
        /// Whether the thread waits in a call, rather than computes.
        waits: bool,
    },
    Block {
        task: usize,
        /// How long it says that it takes.
        ms: Option<u64>,
        what: String,
    },
    Unblock {
        task: usize,
        ms: u64,
        what: String,
        /// Who was ready all the time, and was not polled.
        kept: Vec<usize>,
    },
    More {
        count: u64,
        line: usize,
        /// Whether it is tasks that are left out there.
        are_tasks: bool,
    },
    Exit {
        code: Option<i32>,
        cut: Option<String>,
        differs: Vec<String>,
    },
}

impl Deed {
    /// The task that does it, if one does.
    pub(crate) fn task(&self) -> Option<usize> {
        match self {
            Deed::Start { task }
            | Deed::Line { task, .. }
            | Deed::Poll { task, .. }
            | Deed::Turn { task, .. }
            | Deed::Spawn { task, .. }
            | Deed::Out { task, .. }
            | Deed::SetTimer { task, .. }
            | Deed::Await { task, .. }
            | Deed::Over { task, .. }
            | Deed::Suspend { task }
            | Deed::GiveUp { task, .. }
            | Deed::Call { task, .. }
            | Deed::Return { task, .. }
            | Deed::Panic { task, .. }
            | Deed::End { task, .. }
            | Deed::Block { task, .. }
            | Deed::Unblock { task, .. } => Some(*task),
            Deed::Fire { .. }
            | Deed::Wake { .. }
            | Deed::Idle { .. }
            | Deed::Busy { .. }
            | Deed::More { .. }
            | Deed::Exit { .. } => None,
        }
    }
}
