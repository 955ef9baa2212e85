//! Console blocks: a command, what it printed, and what the page says below about it.

use std::collections::BTreeSet;

use crate::below;
use crate::book::{Book, Chapter};
use crate::command::{self, Command, Program};
use crate::fence::Fence;
use crate::lint;
use problem::Problem;

/// A `console` fence of a chapter.
#[derive(Debug, Clone)]
pub struct Console<'book> {
    /// The chapter it stands in.
    pub chapter: &'book Chapter,
    /// Its place among the chapter's fences, from 0.
    pub index: usize,
    /// What it runs.
    pub command: Command,
    /// What the page says that is printed.
    pub documented: &'book str,
}

impl<'book> Console<'book> {
    /// All console blocks of a chapter, each read or with what is wrong with its command.
    pub fn all(chapter: &'book Chapter) -> Vec<Result<Console<'book>, Problem>> {
        let consoles = chapter
            .fences
            .iter()
            .enumerate()
            .filter(|(_, fence)| fence.language() == "console");
        consoles
            .map(|(index, fence)| Console::read(chapter, index, fence))
            .collect()
    }

    /// The console blocks of all chapters whose command can be read.
    pub fn in_book(book: &'book Book) -> impl Iterator<Item = Console<'book>> {
        book.chapters.iter().flat_map(Console::all).flatten()
    }

    fn read(chapter: &'book Chapter, index: usize, fence: &'book Fence) -> Result<Self, Problem> {
        // Its end is a guess, so nothing may be held to it, and still less be written over it.
        if let Some(problem) = lint::left_open(chapter, fence) {
            return Err(problem);
        }
        let place = chapter.at(fence.line);
        let (first, documented) = fence.text.split_once('\n').unwrap_or((&fence.text, ""));
        if !command::is_command(first) {
            return Err(Problem::new(place, "this console block has no command")
                .expected(format!("a first line {}", command::FORMS))
                .found(match first {
                    "" => "an empty line, or nothing at all".to_owned(),
                    first => format!("`{first}`"),
                })
                .help("write the command first; output of no program stands in a `text` fence"));
        }
        if let Some(at) = documented.lines().position(command::is_command) {
            return Err(Problem::new(
                chapter.at(fence.line + 2 + at),
                "this console block has a second command",
            )
            .expected("one command a block, then what it prints")
            .found(format!(
                "`{}`",
                documented.lines().nth(at).unwrap_or_default()
            ))
            .help("give the second command a block of its own"));
        }
        let command = Command::parse(first).ok_or_else(|| {
            Problem::new(place, "this console block runs what the checks cannot run")
                .expected(command::FORMS)
                .found(format!("`{first}`"))
                .help("a command that is only to be shown stands in a `sh` fence")
        })?;
        Ok(Console {
            chapter,
            index,
            command,
            documented,
        })
    }

    /// The fence itself.
    pub fn fence(&self) -> &'book Fence {
        &self.chapter.fences[self.index]
    }

    /// `chapter:line` of the opening backticks.
    pub fn place(&self) -> String {
        self.chapter.at(self.fence().line)
    }

    /// The line of the chapter on which the documented output begins.
    pub fn first_output_line(&self) -> usize {
        self.fence().line + 2
    }

    /// The block of a Python program that stands directly below this one of a cargo package, with
    /// nothing between them: the two show the same example in two languages.
    pub fn python_twin(&self) -> Option<Console<'book>> {
        let (index, fence) = (self.index + 1, self.chapter.fences.get(self.index + 1)?);
        let between = &self.chapter.text[self.fence().range.end..fence.range.start];
        if fence.language() != "console" || !between.trim().is_empty() {
            return None;
        }
        let twin = Console::read(self.chapter, index, fence).ok()?;
        let pair = (&self.command.program, &twin.command.program);
        matches!(pair, (Program::Cargo(_), Program::Python(_))).then_some(twin)
    }

    /// What the page says below this block (below its twin, where it has one) in a sentence that
    /// begins with `start`.
    pub fn told(&self, start: &str) -> Option<&'book str> {
        let end = self.chapter.fences[self.last_of_pair()].range.end;
        below::sentences(&self.chapter.text, end)
            .into_iter()
            .map(|told| &self.chapter.text[told.sentence])
            .find(|sentence| sentence.starts_with(start))
    }

    /// The index of the fence that ends this block and its twin.
    pub fn last_of_pair(&self) -> usize {
        self.python_twin().map_or(self.index, |twin| twin.index)
    }
}

/// The names of the packages that some console block of the book runs.
pub(crate) fn packages(book: &Book) -> BTreeSet<String> {
    Console::in_book(book)
        .filter_map(|console| match console.command.program {
            Program::Cargo(package) => Some(package),
            Program::Python(_) => None,
        })
        .collect()
}
