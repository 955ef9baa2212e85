//! What is wrong, told to a person: where, what was expected, what was found, what to do.

use std::fmt;

/// Something in a book that does not hold.
///
/// Shown as a headline that begins with the place, and a few labelled lines:
///
/// ```text
/// src/loops.md:12: this include names a file that does not exist
///   expected  listings/loops/count/src/main.rs
///   found     no such file
///   help      correct the path, or add the file
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    place: String,
    what: String,
    details: Vec<(&'static str, String)>,
}

impl Problem {
    /// A problem at `place`: `chapter:line` as the book's root sees it, or a listing's folder.
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
        for (label, text) in &self.details {
            if let Some(text) = text.strip_prefix('\n') {
                write!(f, "\n  {label}")?;
                for line in text.lines() {
                    write!(f, "\n    {line}")?;
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
            .shown("diff", "-one\n+two\n")
            .help("look again");
        assert_eq!(
            problem.to_string(),
            "src/a.md:3: the output differs\n  expected  one\n  diff\n    -one\n    +two\n  help      look again"
        );
    }
}
