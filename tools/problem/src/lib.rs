//! What is wrong, told to a person: where, what was expected, what was found, what to do.
//!
//! A crate of its own without dependencies, since whoever reads a book builds its preprocessors, and
//! should not have to build its checks with them.

use std::fmt;

/// Something in a book that does not hold.
///
/// Shown as a headline that begins with the place, and a few labelled lines:
///
/// ```text
/// src/loops.md:12: this include names a file that is not there
///   expected  listings/loops/count/src/main.rs
///   found     no such file
///   help      the path is from the chapter's folder
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    place: String,
    what: String,
    details: Vec<(&'static str, String)>,
}

impl Problem {
    /// A problem at `place`: `file:line` as the book's root sees it, or a listing's folder.
    pub fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Problem {
            place: place.into(),
            what: what.into(),
            details: Vec::new(),
        }
    }

    /// Adds what the book says.
    pub fn expected(self, text: impl Into<String>) -> Self {
        self.detail("expected", text)
    }

    /// Adds what is really there.
    pub fn found(self, text: impl Into<String>) -> Self {
        self.detail("found", text)
    }

    /// Adds what the author can do about it.
    pub fn help(self, text: impl Into<String>) -> Self {
        self.detail("help", text)
    }

    /// Adds who asked for it, where that is another place: a chapter, with the line if it is known.
    pub fn wanted_by(self, text: impl Into<String>) -> Self {
        self.detail("wanted by", text)
    }

    /// Adds a longer text under a heading of its own: a diff, or another program's words.
    pub fn shown(self, label: &'static str, text: impl Into<String>) -> Self {
        self.detail(label, format!("\n{}", text.into().trim_end()))
    }

    /// Where the problem is.
    pub fn place(&self) -> &str {
        &self.place
    }

    fn detail(mut self, label: &'static str, text: impl Into<String>) -> Self {
        self.details.push((label, text.into()));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        // However a message was put together, the short lines come first and the way out last.
        let mut details: Vec<_> = self.details.iter().collect();
        details.sort_by_key(|(label, text)| match *label {
            "help" => 2,
            _ if text.starts_with('\n') => 1,
            _ => 0,
        });
        for (label, text) in details {
            if let Some(text) = text.strip_prefix('\n') {
                write!(f, "\n  {label}")?;
                for line in text.lines() {
                    write!(f, "\n{}", format!("    {line}").trim_end())?;
                }
            } else {
                write!(f, "\n  {label:<9} {text}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_a_headline_and_labelled_lines() {
        let problem = Problem::new("src/a.md:3", "the output differs")
            .expected("one")
            .help("look again")
            .wanted_by("src/b.md")
            .shown("diff", "-one\n\n+two\n");
        assert_eq!(
            problem.to_string(),
            "src/a.md:3: the output differs\n  expected  one\n  wanted by src/b.md\n  diff\n    -one\n\n    +two\n  help      look again"
        );
    }
}
