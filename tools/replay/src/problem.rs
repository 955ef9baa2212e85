//! What is wrong, told to a person: where, what was expected, what was found, what to do.
//!
//! The same shape as the messages of `checks`, but a copy: whoever reads the book builds this
//! crate, and should not have to build that one with it.

use std::fmt;

/// Something that keeps a run from being shown.
///
/// ```text
/// src/spawn.md:35: there is no recording of this listing
///   expected  listings/spawn/example-3/recording.jsonl
///   found     no such file
///   help      `cargo run -p recorder -- listings/spawn/example-3`
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    place: String,
    what: String,
    details: Vec<(&'static str, String)>,
}

impl Problem {
    /// A problem at `place`: `file:line` as the book's root sees it.
    pub fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Problem {
            place: place.into(),
            what: what.into(),
            details: Vec::new(),
        }
    }

    /// Adds what would be right.
    pub fn expected(self, text: impl Into<String>) -> Self {
        self.detail("expected", text.into())
    }

    /// Adds what is really there.
    pub fn found(self, text: impl Into<String>) -> Self {
        self.detail("found", text.into())
    }

    /// Adds what the author can do about it.
    pub fn help(self, text: impl Into<String>) -> Self {
        self.detail("help", text.into())
    }

    /// Adds who asked for it: the chapter and line of a directive.
    pub fn wanted_by(self, text: impl Into<String>) -> Self {
        self.detail("wanted by", text.into())
    }

    fn detail(mut self, label: &'static str, text: String) -> Self {
        self.details.push((label, text));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        for (label, text) in &self.details {
            write!(f, "\n  {label:<9} {text}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
