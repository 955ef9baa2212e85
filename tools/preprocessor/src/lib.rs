//! What every mdBook preprocessor does the same way: mdBook's protocol, the walk over the chapters, and
//! [`blocks`], which finds a chapter's code.

mod block;

use std::env;
use std::io::{self, BufWriter, Read, Write};
use std::panic::resume_unwind;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
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
    // mdBook reads one piece while the next is made.
    let mut output = BufWriter::with_capacity(PIPE, io::stdout().lock());
    serde_json::to_writer(&mut output, &book)?;
    output.flush()?;
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
/// `src`, and of the text so far. Returns what else `change` made of each, in the order of the chapters; one
/// that it failed at keeps its text.
///
/// As many chapters are changed at once as the machine has processors: whoever waits for a page after a save
/// waits for the whole book.
pub fn each_chapter<T: Send, E: Send>(
    book: &mut Book,
    change: impl Fn(&Path, &str) -> std::result::Result<(String, T), E> + Sync,
) -> Vec<std::result::Result<T, E>> {
    let mut chapters = Vec::new();
    with_files(&mut book.items, &mut chapters);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut changed = Vec::new();
        while let at = next.fetch_add(1, Ordering::Relaxed)
            && let Some((path, text)) = chapters.get(at)
        {
            changed.push((at, change(path, text)));
        }
        changed
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut changed: Vec<_> = thread::scope(|scope| {
        let others: Vec<_> = (1..workers.min(chapters.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let mut changed = work();
        for other in others {
            changed.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        changed
    });
    changed.sort_by_key(|(at, _)| *at);
    let outcomes = changed.into_iter().map(|(at, outcome)| {
        outcome.map(|(text, other)| {
            *chapters[at].1 = text;
            other
        })
    });
    outcomes.collect()
}

/// The chapters that have a file: its path, and the text.
fn with_files<'a>(items: &'a mut [BookItem], found: &mut Vec<(&'a Path, &'a mut String)>) {
    for item in items {
        let BookItem::Chapter(chapter) = item else {
            continue;
        };
        if let Some(path) = &chapter.source_path {
            found.push((path, &mut chapter.content));
        }
        with_files(&mut chapter.sub_items, found);
    }
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
        let outcomes = each_chapter(&mut book, |path, text| {
            Ok::<_, ()>((format!("{text} of {}", path.display()), text.len()))
        });
        assert_eq!(outcomes, [Ok(1), Ok(1)]);
        assert_eq!(texts(&book), ["a of a.md", "", "b of b.md"]);
    }

    #[test]
    fn a_chapter_within_a_chapter_is_changed_too() {
        let inner = chapter("b");
        let BookItem::Chapter(mut outer) = chapter("a") else {
            panic!("a chapter");
        };
        outer.sub_items.push(inner);
        let mut book = Book::new_with_items(vec![BookItem::Chapter(outer), chapter("c")]);
        let outcomes = each_chapter(&mut book, |_, text| Ok::<_, ()>((format!("{text}!"), ())));
        assert_eq!(outcomes, [Ok(()); 3]);
        assert_eq!(texts(&book), ["a!", "b!", "c!"]);
    }

    #[test]
    fn outcomes_are_in_order_and_what_failed_is_left() {
        let names: Vec<_> = (0..100).map(|at| at.to_string()).collect();
        let mut book = Book::new_with_items(names.iter().map(|name| chapter(name)).collect());
        let outcomes = each_chapter(&mut book, |_, text| match text.ends_with('7') {
            true => Err(text.to_owned()),
            false => Ok((format!("{text}!"), text.to_owned())),
        });
        let (mut expected, mut left) = (Vec::new(), Vec::new());
        for name in names {
            let fails = name.ends_with('7');
            left.push(if fails {
                name.clone()
            } else {
                format!("{name}!")
            });
            expected.push(if fails { Err(name) } else { Ok(name) });
        }
        assert_eq!(outcomes, expected);
        assert_eq!(texts(&book), left);
    }
}
