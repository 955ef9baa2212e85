//! What a recording says before anything happens: the program, its places, its tasks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A recording's first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The format's version, [`crate::VERSION`].
    pub recording: u32,
    /// The package's name.
    pub listing: String,
    /// The file that holds `main`, from the package's folder.
    pub source: String,
    /// What the program's timers went by.
    pub clock: Clock,
    /// From when on [`Clock::Paused`] holds, in logical milliseconds, where that is not the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
    /// The machine was late: by how many milliseconds its clock was ahead of the recording's, at most,
    /// when something was printed. A printed time may be as late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<u64>,
    /// The versions of the tools. Shown to readers, never compared.
    pub with: BTreeMap<String, String>,
    /// The listing that was recorded: changes when its sources or its Cargo.toml do.
    pub hash: String,
}

/// What a program's timers go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// The machine's clock.
    Real,
    /// Tokio's own, which stands still while a task runs and jumps to the next timer when none can
    /// (`start_paused`, `time::pause`).
    Paused,
}

/// A place in the listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its number.
    pub site: usize,
    /// What stands there.
    pub kind: SiteKind,
    /// The function it stands in.
    #[serde(rename = "fn")]
    pub function: String,
    /// First line and column, last line and the column after the end; all from 1. Columns count
    /// characters.
    pub at: [usize; 4],
    /// The text that stands there; of several lines the first.
    pub text: String,
    /// The file, where it is not the header's `source`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Of a branch of a `select!` without `biased;`, whose branches are polled in random order: the
    /// site of the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any: Option<usize>,
    /// Of a branch behind a handler in which another macro polls branches, where `any` does not say
    /// it: the site of its own macro's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<usize>,
}

/// What stands at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SiteKind {
    /// A function: its signature.
    Fn,
    /// A statement; of one with a body the part before it.
    Stmt,
    /// An `.await` with what it awaits.
    Await,
    /// A print macro.
    Print,
    /// A call that spawns a task.
    Spawn,
    /// A call that holds the thread.
    Block,
    /// One of the futures that a `join!`, `try_join!` or `select!` polls.
    Branch,
}

/// A thread of the operating system's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Its number.
    pub thread: usize,
    /// What it is there for.
    pub kind: ThreadKind,
}

/// What a thread is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThreadKind {
    /// The program's first, which runs `fn main`.
    Main,
    /// It polls the tasks of a runtime with several threads.
    Worker,
    /// It runs closures of the blocking pool.
    Blocking,
    /// The program, or a library of its, has started it.
    Other,
}

/// Something that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its number.
    pub task: usize,
    /// What kind of thing runs.
    pub kind: TaskKind,
    /// The call that it runs: `fetch_data(1)`.
    pub name: String,
    /// The task that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<usize>,
    /// Where it was spawned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<usize>,
}

/// What kind of thing runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// A thread outside any runtime: `main`, where it is no task.
    Thread,
    /// The future that a `block_on` drives: `main`, under `#[tokio::main]`.
    BlockOn,
    /// A spawned task.
    Task,
    /// A closure on the blocking pool.
    Blocking,
}
