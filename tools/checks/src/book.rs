//! A book as its author wrote it: the chapters that SUMMARY.md names, and what stands in them.

use std::fs;
use std::path::{Path, PathBuf};

use mdbook_core::config::Config;
use mdbook_summary::{Summary, SummaryItem, parse_summary};

use crate::fence::{self, Fence};
use problem::Problem;

/// An mdBook on disk.
#[derive(Debug)]
pub struct Book {
    root: PathBuf,
    source: PathBuf,
    /// The chapters, in the order of SUMMARY.md.
    pub chapters: Vec<Chapter>,
    /// Chapters that SUMMARY.md names and that are not there, or cannot be read.
    pub missing: Vec<Problem>,
}

/// One Markdown file of a book.
#[derive(Debug)]
pub struct Chapter {
    /// The file without its extension, from the book's source folder: `await`, `part/one`.
    pub name: String,
    /// The file from the book's root, with forward slashes: `src/await.md`.
    pub path: String,
    /// The file itself.
    pub file: PathBuf,
    /// Its text, includes not expanded.
    pub text: String,
    /// Its fenced blocks.
    pub fences: Vec<Fence>,
}

impl Book {
    /// Reads the book whose `book.toml` is in `root`.
    ///
    /// # Errors
    ///
    /// When `book.toml` or `SUMMARY.md` cannot be read or understood. A chapter that is missing
    /// is no error here; it stands in [`Book::missing`].
    pub fn open(root: impl AsRef<Path>) -> Result<Book, Problem> {
        let root = root.as_ref();
        let root = root.canonicalize().map_err(|error| {
            Problem::new(root.display().to_string(), "this folder cannot be read")
                .found(error.to_string())
        })?;
        let config = Config::from_disk(root.join("book.toml")).map_err(|error| {
            Problem::new("book.toml", "the book's settings cannot be read")
                .found(format!("{error:#}"))
        })?;
        let mut book = Book {
            source: config.book.src,
            root,
            chapters: Vec::new(),
            missing: Vec::new(),
        };
        let summary = slashes(&book.source.join("SUMMARY.md"));
        let text = fs::read_to_string(book.root.join(&summary)).map_err(|error| {
            Problem::new(&summary, "the table of contents cannot be read").found(reason(&error))
        })?;
        let parsed = parse_summary(&text).map_err(|error| {
            Problem::new(&summary, "the table of contents cannot be understood")
                .found(format!("{error:#}"))
        })?;
        for location in locations(&parsed) {
            book.read_chapter(&location, &summary, &text);
        }
        Ok(book)
    }

    /// The folder of `book.toml`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the chapters, from the root.
    pub fn source(&self) -> &Path {
        &self.source
    }

    fn read_chapter(&mut self, location: &Path, summary: &str, summary_text: &str) {
        let path = slashes(&self.source.join(location));
        let file = self.root.join(&path);
        match fs::read_to_string(&file) {
            Ok(text) => self.chapters.push(Chapter {
                name: slashes(&location.with_extension("")),
                fences: fence::fences(&text),
                path,
                file,
                text,
            }),
            Err(error) => {
                let line = summary_text
                    .lines()
                    .position(|line| line.contains(&slashes(location)))
                    .map_or(1, |at| at + 1);
                self.missing.push(
                    Problem::new(
                        format!("{summary}:{line}"),
                        "this names a chapter that is not there",
                    )
                    .expected(path)
                    .found(reason(&error))
                    .help("write the chapter, or take the line out"),
                );
            }
        }
    }
}

impl Chapter {
    /// `chapter:line`, the way every message names a place.
    pub fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }

    /// Whether a preprocessor's directive stands alone on a line, outside of code.
    pub fn has_directive(&self, directive: &str) -> bool {
        let mut at = 0;
        self.text.split_inclusive('\n').any(|line| {
            let start = at;
            at += line.len();
            let is_shown = self.fences.iter().any(|fence| fence.range.contains(&start));
            line.trim() == directive && !is_shown
        })
    }

    /// The folder that the chapter's includes start from.
    pub fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }
}

/// A path with forward slashes, as it is written in chapters and messages on every system.
pub(crate) fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// An error of the file system in the words of these messages.
pub(crate) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        _ => error.to_string(),
    }
}

fn locations(summary: &Summary) -> Vec<PathBuf> {
    fn collect(items: &[SummaryItem], found: &mut Vec<PathBuf>) {
        for item in items {
            if let SummaryItem::Link(link) = item {
                found.extend(link.location.clone());
                collect(&link.nested_items, found);
            }
        }
    }
    let mut found = Vec::new();
    collect(&summary.prefix_chapters, &mut found);
    collect(&summary.numbered_chapters, &mut found);
    collect(&summary.suffix_chapters, &mut found);
    found
}
