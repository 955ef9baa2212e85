//! What every mdBook preprocessor does the same way: mdBook's protocol, the walk over the chapters, and
//! [`blocks`], which finds a chapter's code.

mod block;

use std::env;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::errors::{Error, Result};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

pub use block::{Block, blocks};

/// The `main` of a program that is one preprocessor, or several in this order. mdBook starts it with
/// `supports RENDERER`, or with the book as JSON on stdin, which goes to stdout again. An error is told
/// on stderr.
pub fn main(preprocessors: &[&dyn Preprocessor]) -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [first, renderer] = &arguments[..]
        && first == "supports"
    {
        let support = |it: &&dyn Preprocessor| it.supports_renderer(renderer).unwrap_or(false);
        return match preprocessors.iter().all(support) {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        };
    }
    match stdin_to_stdout(preprocessors) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn stdin_to_stdout(preprocessors: &[&dyn Preprocessor]) -> Result<()> {
    let input = read(io::stdin())?;
    // mdBook's own `parse_input` reads byte by byte, which takes ten times as long.
    let input: (PreprocessorContext, Book) = serde_json::from_slice(&input)
        .map_err(|error| Error::new(error).context("Unable to parse the input"))?;
    let (context, mut book) = input;
    for preprocessor in preprocessors {
        book = preprocessor.run(&context, book)?;
    }
    // As a whole: a piece at a time, each would be looked through for line ends.
    io::stdout().write_all(&serde_json::to_vec(&book)?)?;
    Ok(())
}

/// As much as a pipe holds.
const PIPE: usize = 64 * 1024;

/// In this time, mdBook writes about a quarter of that.
const WHILE: Duration = Duration::from_micros(500);

/// All that can be read. mdBook writes a book in pieces of a few bytes, tens of thousands of them, and
/// each wakes whoever waits for the next, which takes mdBook longer than the writing. Who sleeps a little
/// before asking again is not woken, and finds a thousand pieces at once.
fn read(mut from: impl Read) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    let mut some = vec![0; PIPE];
    loop {
        let length = from.read(&mut some)?;
        if length == 0 {
            return Ok(all);
        }
        all.extend_from_slice(&some[..length]);
        if length < some.len() {
            thread::sleep(WHILE);
        }
    }
}

/// Gives each chapter that has a file the text which `change` makes of that file's path, below the book's
/// `src`, and of the text so far.
///
/// # Errors
///
/// The first one of `change`, which is then not called again.
pub fn each_chapter<E>(
    book: &mut Book,
    mut change: impl FnMut(&Path, &str) -> std::result::Result<String, E>,
) -> std::result::Result<(), E> {
    let mut outcome = Ok(());
    book.for_each_mut(|item| {
        let BookItem::Chapter(chapter) = item else {
            return;
        };
        let Some(path) = &chapter.source_path else {
            return;
        };
        if outcome.is_err() {
            return;
        }
        match change(path, &chapter.content) {
            Ok(text) => chapter.content = text,
            Err(error) => outcome = Err(error),
        }
    });
    outcome
}

#[cfg(test)]
mod tests {
    use mdbook_preprocessor::book::Chapter;

    use super::*;

    fn chapter(name: &str) -> BookItem {
        let path = format!("{name}.md");
        BookItem::Chapter(Chapter::new(name, name.to_owned(), path, Vec::new()))
    }

    fn texts(book: &Book) -> Vec<&str> {
        let chapters = book.iter().filter_map(|item| match item {
            BookItem::Chapter(chapter) => Some(&*chapter.content),
            _ => None,
        });
        chapters.collect()
    }

    #[test]
    fn what_comes_in_pieces_is_read_as_a_whole() {
        let long = "x".repeat(PIPE + 1);
        let pieces = "a".as_bytes().chain(long.as_bytes()).chain(&b"z"[..]);
        assert_eq!(read(pieces).unwrap(), format!("a{long}z").into_bytes());
    }

    #[test]
    fn a_chapter_without_a_file_is_left() {
        let draft = BookItem::Chapter(Chapter::new_draft("draft", Vec::new()));
        let mut book = Book::new_with_items(vec![chapter("a"), draft, chapter("b")]);
        each_chapter(&mut book, |path, text| {
            Ok::<_, ()>(format!("{text} of {}", path.display()))
        })
        .unwrap();
        assert_eq!(texts(&book), ["a of a.md", "", "b of b.md"]);
    }

    #[test]
    fn the_first_error_ends_it() {
        let mut book = Book::new_with_items(vec![chapter("a"), chapter("b"), chapter("c")]);
        let outcome = each_chapter(&mut book, |_, text| match text {
            "b" | "c" => Err(text.to_owned()),
            text => Ok(format!("{text}!")),
        });
        assert_eq!(outcome, Err("b".to_owned()));
        assert_eq!(texts(&book), ["a!", "b", "c"]);
    }
}
