#![doc = include_str!("../FORMAT.md")]

mod describe;
mod difference;
mod event;
mod header;
mod read;
pub mod seconds;
mod settled;
mod strands;
mod tie;
mod write;

pub use describe::describe;
pub use difference::{Difference, difference, difference_but};
pub use event::{Cause, End, Event, Happening, How};
pub use header::{Clock, Header, Site, SiteKind, Task, TaskKind, Thread, ThreadKind};
pub use read::{Damage, parse, read};
pub use tie::{Tie, tie};
pub use write::{to_text, write};

/// The version of the format that this library writes, and the only one that it reads.
pub const VERSION: u32 = 1;

/// A recorded run of a program.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// What was recorded, and with what.
    pub header: Header,
    /// The places of the source, in its order; a site's number is its index.
    pub sites: Vec<Site>,
    /// The threads, in the order in which they first do something; a thread's number is its index.
    pub threads: Vec<Thread>,
    /// The tasks, in the order in which they were made; a task's number is its index.
    pub tasks: Vec<Task>,
    /// What happened, in order. The last event is [`Happening::Exit`].
    pub events: Vec<Event>,
}

impl Recording {
    /// The line of the file, from 1, on which the event at `index` stands.
    pub fn line_of(&self, index: usize) -> usize {
        1 + self.sites.len() + self.threads.len() + self.tasks.len() + index + 1
    }

    /// What the program printed on stdout.
    pub fn stdout(&self) -> String {
        self.printed(1)
    }

    /// What the program printed on `fd`: 1 is stdout, 2 is stderr.
    pub fn printed(&self, fd: u8) -> String {
        let texts = self.events.iter().filter_map(|event| match &event.what {
            Happening::Out { fd: on, text, .. } if *on == fd => Some(&**text),
            _ => None,
        });
        texts.collect()
    }
}
