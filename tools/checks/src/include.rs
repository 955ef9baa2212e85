//! mdBook's include directives: finding them in a chapter and reading what they name.
//!
//! mdBook itself builds the book without a word when an included file or anchor does not exist,
//! so these are the places where a page can lose a program unnoticed. Only the forms that a
//! chapter of programs needs are read here: a whole file, an anchor and a range of lines.
//! (mdBook's own expansion lives in `mdbook-driver`, which takes a minute to compile.)

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::book::reason;

static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?<escape>\\)?\{\{\s*#(?<kind>include|rustdoc_include)\s+(?<target>[^}]+?)\s*\}\}")
        .expect("a valid pattern")
});
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?<kind>ANCHOR|ANCHOR_END):\s*(?<name>[\w-]+)").expect("a valid pattern")
});

/// One `{{#include …}}` or `{{#rustdoc_include …}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// Bytes of the text it was found in.
    pub range: Range<usize>,
    /// Whether it is `rustdoc_include`, which shows a part but compiles the whole.
    pub hides_rest: bool,
    /// The file, from the folder of the chapter.
    pub path: PathBuf,
    /// What is shown of the file.
    pub part: Part,
}

/// Which part of a file an include shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// What stands between `ANCHOR: name` and `ANCHOR_END: name`.
    Anchor(String),
    /// These lines, counted from 1, either end open.
    Lines(Option<usize>, Option<usize>),
}

/// Why an include cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IncludeError {
    /// There is no such file (or it cannot be read: the reason).
    File(String),
    /// The file has no such anchor; these are the ones that it has.
    Anchor(Vec<String>),
    /// The file is shown whole although it carries anchor marks, which mdBook would print.
    Marks(String),
    /// The file has fewer lines than the range needs.
    Lines(usize),
}

/// All include directives of a text, in order.
pub fn includes(text: &str) -> Vec<Include> {
    DIRECTIVE
        .captures_iter(text)
        .filter(|found| found.name("escape").is_none())
        .map(|found| {
            let mut pieces = found["target"].splitn(3, ':');
            let path = PathBuf::from(pieces.next().unwrap_or_default());
            Include {
                range: found.get_match().range(),
                hides_rest: &found["kind"] == "rustdoc_include",
                path,
                part: part(pieces.next(), pieces.next()),
            }
        })
        .collect()
}

fn part(first: Option<&str>, second: Option<&str>) -> Part {
    match (first, second) {
        (None, _) => Part::Whole,
        (Some(first), None) => match first.parse::<usize>() {
            Ok(line) => Part::Lines(Some(line), Some(line)),
            Err(_) => Part::Anchor(first.to_owned()),
        },
        (Some(first), Some(last)) => Part::Lines(first.parse().ok(), last.parse().ok()),
    }
}

impl Include {
    /// The text that stands in the directive's place for a compiler: the part that is shown, or
    /// the whole file where the rest is only hidden. Anchor marks are left out.
    ///
    /// `folder` is the chapter's folder.
    ///
    /// # Errors
    ///
    /// When the file, the anchor or the lines do not exist, or marks would be printed.
    pub fn expand(&self, folder: &Path) -> Result<String, IncludeError> {
        let lines = self.lines(folder)?;
        let lines = lines.into_iter();
        Ok(lines
            .flat_map(|(_, line)| [line, "\n".to_owned()])
            .collect())
    }

    /// [`Include::expand`] line by line, each with its number in the file, counted from 1.
    ///
    /// # Errors
    ///
    /// As for [`Include::expand`].
    pub fn lines(&self, folder: &Path) -> Result<Vec<(usize, String)>, IncludeError> {
        let text = fs::read_to_string(folder.join(&self.path))
            .map_err(|error| IncludeError::File(reason(&error)))?;
        let all = || (1..).zip(text.lines());
        let unmarked = || all().filter(|(_, line)| !MARK.is_match(line));
        let shown: Vec<(usize, &str)> = match &self.part {
            Part::Whole => match MARK.find(&text) {
                Some(mark) => return Err(IncludeError::Marks(mark.as_str().to_owned())),
                None => all().collect(),
            },
            Part::Anchor(name) => {
                anchored(&text, name).ok_or_else(|| IncludeError::Anchor(anchors(&text)))?
            }
            Part::Lines(first, last) => {
                let count = text.lines().count();
                let (first, last) = (first.unwrap_or(1), last.unwrap_or(count));
                if first == 0 || first > last || last > count {
                    return Err(IncludeError::Lines(count));
                }
                all().skip(first - 1).take(last + 1 - first).collect()
            }
        };
        let lines = match self.hides_rest {
            true => unmarked().collect(),
            false => shown,
        };
        Ok(lines
            .into_iter()
            .map(|(number, line)| (number, line.to_owned()))
            .collect())
    }
}

/// A text with all its includes expanded.
///
/// # Errors
///
/// The first include that cannot be expanded, and why.
pub fn expand(text: &str, folder: &Path) -> Result<String, (Include, IncludeError)> {
    let mut expanded = String::new();
    let mut done = 0;
    for include in includes(text) {
        expanded.push_str(&text[done..include.range.start]);
        match include.expand(folder) {
            Ok(included) => expanded.push_str(included.trim_end_matches('\n')),
            Err(error) => return Err((include, error)),
        }
        done = include.range.end;
    }
    expanded.push_str(&text[done..]);
    Ok(expanded)
}

fn anchors(text: &str) -> Vec<String> {
    MARK.captures_iter(text)
        .filter(|mark| &mark["kind"] == "ANCHOR")
        .map(|mark| mark["name"].to_owned())
        .collect()
}

fn anchored<'text>(text: &'text str, name: &str) -> Option<Vec<(usize, &'text str)>> {
    let mut lines = Vec::new();
    let mut inside = false;
    let mut seen = false;
    for (number, line) in (1..).zip(text.lines()) {
        match MARK.captures(line) {
            Some(mark) if &mark["name"] == name => {
                inside = &mark["kind"] == "ANCHOR";
                seen = true;
            }
            Some(_) => {}
            None if inside => lines.push((number, line)),
            None => {}
        }
    }
    seen.then_some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(file: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.rs"), file).unwrap();
        folder
    }

    const PARTS: &str = "one\n// ANCHOR: x\ntwo\n// ANCHOR_END: x\nthree\n";

    #[test]
    fn reads_every_form() {
        let text = "{{#include a.rs}} \\{{#include b.rs}} {{ #rustdoc_include c.rs:x }} {{#include d.rs:2:}}";
        let found = includes(text);
        let parts: Vec<_> = found.iter().map(|include| &include.part).collect();
        assert_eq!(
            parts,
            [
                &Part::Whole,
                &Part::Anchor("x".to_owned()),
                &Part::Lines(Some(2), None)
            ]
        );
        assert!(found[1].hides_rest);
    }

    #[test]
    fn expands_a_file_an_anchor_and_lines() {
        let whole = folder("one\ntwo\n");
        assert_eq!(
            expand("<{{#include a.rs}}>", whole.path()).unwrap(),
            "<one\ntwo>"
        );
        assert_eq!(
            expand("{{#include a.rs:2:2}}", whole.path()).unwrap(),
            "two"
        );
        let parts = folder(PARTS);
        assert_eq!(expand("{{#include a.rs:x}}", parts.path()).unwrap(), "two");
        assert_eq!(
            expand("{{#rustdoc_include a.rs:x}}", parts.path()).unwrap(),
            "one\ntwo\nthree"
        );
    }

    #[test]
    fn names_what_is_missing() {
        let folder = folder(PARTS);
        let error = |text| expand(text, folder.path()).unwrap_err().1;
        assert_eq!(
            error("{{#include b.rs}}"),
            IncludeError::File("no such file".to_owned())
        );
        assert_eq!(
            error("{{#include a.rs:y}}"),
            IncludeError::Anchor(vec!["x".to_owned()])
        );
        assert_eq!(
            error("{{#include a.rs}}"),
            IncludeError::Marks("ANCHOR: x".to_owned())
        );
        assert_eq!(error("{{#include a.rs:2:9}}"), IncludeError::Lines(5));
    }
}
