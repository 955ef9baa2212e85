//! A recording, version 0, as it stands in a file: one JSON object a line, first the header, then
//! the sites, the tasks and the events.
//!
//! This reads the shape of the records and that their numbers refer to something. Whether the
//! events can have happened in this order is for [`crate::steps`] to say.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The version of the format that is read here.
pub const VERSION: u64 = 0;

/// A recorded run of one listing.
#[derive(Debug, Clone)]
pub struct Recording {
    /// What was recorded, and how.
    pub header: Header,
    /// The places in the listing that events refer to by their index.
    pub sites: Vec<Site>,
    /// All tasks of the run, in the order in which they were made.
    pub tasks: Vec<Task>,
    /// What happened, in order. The last one is [`Kind::Exit`].
    pub events: Vec<Event>,
}

/// The first line.
#[derive(Debug, Clone, Deserialize)]
pub struct Header {
    /// The format's version.
    pub recording: u64,
    /// The listing's package.
    pub listing: String,
    /// The recorded program, from the listing's folder.
    pub source: String,
    /// `real` or another clock's name.
    pub clock: String,
    /// The tools it was recorded with and their versions, for people to read.
    #[serde(default)]
    pub with: BTreeMap<String, String>,
}

/// A place in the listing.
#[derive(Debug, Clone, Deserialize)]
pub struct Site {
    /// Its number, which is its index.
    pub site: usize,
    /// `fn`, `stmt`, `await`, `print` or `spawn`.
    pub kind: String,
    /// The function that it is in, or that it is.
    #[serde(rename = "fn")]
    pub function: String,
    /// First line and column, last line and the column after the last one; all count from 1.
    pub at: [usize; 4],
    /// The program's text there; of several lines the first.
    pub text: String,
    /// The file, if it is not the header's.
    #[serde(default)]
    pub file: Option<String>,
}

/// Something that the runtime polls, or the thread of a program without one.
#[derive(Debug, Clone, Deserialize)]
pub struct Task {
    /// Its number, which is its index.
    pub task: usize,
    /// What it is.
    pub kind: TaskKind,
    /// `main`, or the spawned call with its arguments: `fetch_data(1)`.
    pub name: String,
}

/// The kinds of what runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// The one thread of a program without a runtime.
    Thread,
    /// The future that `block_on` drives: an async `main`.
    BlockOn,
    /// A spawned task.
    Task,
    /// A closure on a thread for blocking calls.
    Blocking,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// The line of the recording's file.
    pub line: usize,
    /// Logical milliseconds since the start.
    pub t: u64,
    /// The task that did it, or that is woken.
    pub task: Option<usize>,
    /// What it was.
    pub kind: Kind,
}

/// How a task or a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// To its end.
    Done,
    /// By a panic.
    Panicked,
    /// Aborted.
    Cancelled,
    /// Dropped: a task together with the runtime, a call together with its future.
    Dropped,
}

/// Who woke a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waker {
    /// A timer that fired.
    Timer(usize),
    /// Something that a task did.
    Task(usize),
    /// The end of the task that it waited for.
    End(usize),
    /// A socket or the like.
    Io,
    /// The end of a blocking call on another thread.
    Blocking,
    /// The task itself.
    #[serde(rename = "self")]
    Itself,
    /// Not known.
    Unknown,
}

/// What happened, with what the record says about it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "ev", rename_all = "snake_case")]
#[allow(missing_docs)] // The fields are the format's own, explained with it.
pub enum Kind {
    /// The runtime polls the task.
    Poll,
    /// The poll is over.
    Polled { ready: bool },
    /// The task spawned another.
    Spawn { new: usize, site: usize },
    /// The task is over.
    End { how: How },
    /// The task became ready.
    Wake { by: Waker },
    /// A function of the listing begins.
    Enter {
        site: usize,
        #[serde(default)]
        args: Vec<(String, String)>,
    },
    /// That function is over.
    Leave { site: usize, how: How },
    /// A statement begins.
    Line { site: usize },
    /// A variable has its value.
    Value {
        site: usize,
        name: String,
        value: String,
    },
    /// An `.await` is reached.
    Await { site: usize, what: String },
    /// What is awaited is not ready.
    Pending { site: usize },
    /// It is polled again.
    Resume { site: usize },
    /// It is ready.
    Ready { site: usize },
    /// It is dropped before it was ready.
    Cancel { site: usize },
    /// A timer is set.
    Timer { timer: usize, ms: u64 },
    /// A timer is over.
    Fire { timer: usize },
    /// A call that holds the thread begins.
    Block {
        ms: u64,
        #[serde(default)]
        site: Option<usize>,
    },
    /// That call is over.
    Unblock,
    /// Something is printed.
    Out { fd: u8, text: String },
    /// Events that were counted, not kept.
    More { site: usize, count: u64 },
    /// The program is over, or was cut off.
    Exit {
        #[serde(default)]
        code: Option<i32>,
        #[serde(default)]
        cut: Option<String>,
    },
}

#[derive(Deserialize)]
struct RawEvent {
    t: u64,
    #[serde(default)]
    task: Option<usize>,
    #[serde(flatten)]
    kind: Kind,
}

#[derive(Deserialize)]
struct AnyVersion {
    recording: u64,
}

/// Why a file is not a recording, or not a possible one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line of the file, from 1.
    pub line: usize,
    /// What would be right.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl Fault {
    /// A fault at a line of the file.
    pub fn new(line: usize, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Fault {
            line,
            expected: expected.into(),
            found: found.into(),
        }
    }
}

/// Reads a recording from the text of its file.
///
/// # Errors
///
/// When a line is not what the format has there, with that line.
pub fn parse(text: &str) -> Result<Recording, Fault> {
    let mut lines = text.lines().enumerate().map(|(at, text)| (at + 1, text));
    let (_, first) = lines
        .next()
        .ok_or_else(|| Fault::new(1, "a recording", "an empty file"))?;
    let version: AnyVersion = json(1, first, "the header of a recording")?;
    if version.recording != VERSION {
        return Err(Fault::new(
            1,
            format!("a recording of version {VERSION}"),
            format!("version {}", version.recording),
        ));
    }
    let mut recording = Recording {
        header: json(1, first, "the header of a recording")?,
        sites: Vec::new(),
        tasks: Vec::new(),
        events: Vec::new(),
    };
    let mut last = 1;
    for (line, text) in lines {
        last = line;
        if text.starts_with("{\"site\"") && recording.tasks.is_empty() {
            let site: Site = json(line, text, "a site")?;
            in_turn(line, "site", recording.sites.len(), site.site)?;
            recording.sites.push(site);
        } else if text.starts_with("{\"task\"") && recording.events.is_empty() {
            let task: Task = json(line, text, "a task")?;
            in_turn(line, "task", recording.tasks.len(), task.task)?;
            recording.tasks.push(task);
        } else {
            let RawEvent { t, task, kind } = json(line, text, "an event")?;
            recording.refers(line, task, &kind)?;
            recording.events.push(Event {
                line,
                t,
                task,
                kind,
            });
        }
    }
    match recording.events.last() {
        Some(event) if matches!(event.kind, Kind::Exit { .. }) => Ok(recording),
        _ => Err(Fault::new(
            last,
            "an `exit` as the last event",
            "the end of the file",
        )),
    }
}

impl Recording {
    /// Sites and tasks that an event names must be there.
    fn refers(&self, line: usize, task: Option<usize>, kind: &Kind) -> Result<(), Fault> {
        let known = |what: &str, id: Option<usize>, count: usize| match id {
            Some(id) if id >= count => Err(Fault::new(
                line,
                format!("a {what} that the recording lists"),
                format!("{what} {id} of {count}"),
            )),
            _ => Ok(()),
        };
        let (other, site) = match kind {
            Kind::Spawn { new, site } => (Some(*new), Some(*site)),
            Kind::Wake {
                by: Waker::Task(id) | Waker::End(id),
            } => (Some(*id), None),
            Kind::Enter { site, .. }
            | Kind::Leave { site, .. }
            | Kind::Line { site }
            | Kind::Value { site, .. }
            | Kind::Await { site, .. }
            | Kind::Pending { site }
            | Kind::Resume { site }
            | Kind::Ready { site }
            | Kind::Cancel { site }
            | Kind::More { site, .. } => (None, Some(*site)),
            Kind::Block { site, .. } => (None, *site),
            _ => (None, None),
        };
        known("task", task, self.tasks.len())?;
        known("task", other, self.tasks.len())?;
        known("site", site, self.sites.len())
    }
}

fn in_turn(line: usize, what: &str, expected: usize, found: usize) -> Result<(), Fault> {
    if expected == found {
        return Ok(());
    }
    Err(Fault::new(
        line,
        format!("{what} {expected}"),
        format!("{what} {found}"),
    ))
}

fn json<'a, T: Deserialize<'a>>(line: usize, text: &'a str, what: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| {
        let error = error.to_string();
        let why = error.split(" at line ").next().unwrap_or(&error);
        Fault::new(line, what, format!("{why}: `{}`", clipped(text)))
    })
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
