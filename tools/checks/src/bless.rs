//! Writing what was printed into the page that says something else.
//!
//! Only a block that is still as it was checked is written to, one writer at a time, and the new
//! chapter takes the old one's place in one step: nobody's work is lost to a block that was
//! blessed while its chapter was being edited.

use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use crate::book::Chapter;
use crate::fence::{Fence, fences};
use crate::problem::Problem;

/// One change to a chapter. Fences are named by their place in the chapter, from 0.
#[derive(Debug, Clone, Copy)]
pub enum Edit<'a> {
    /// Puts `text` in the place of what a console block shows below its command.
    Output {
        /// The block.
        fence: usize,
        /// What the program printed.
        text: &'a str,
    },
    /// Puts a paragraph below a block, and takes out the one that it replaces.
    Below {
        /// The block.
        fence: usize,
        /// How the paragraph below begins that no longer holds, if there is one.
        old: Option<&'a str>,
        /// The new paragraph, if there is one.
        new: Option<&'a str>,
    },
}

/// Makes all `edits` in a chapter, or none.
///
/// # Errors
///
/// When a block is no longer as it was read, or the chapter cannot be written.
pub fn write(root: &Path, chapter: &Chapter, edits: &[Edit]) -> Result<(), Problem> {
    let fail = |error: io::Error| {
        Problem::new(&chapter.path, "the chapter cannot be written").found(error.to_string())
    };
    // Every writer of this book waits here, in this process or another; the lock goes with the
    // file handle.
    let lock = File::open(root.join("book.toml")).map_err(fail)?;
    lock.lock().map_err(fail)?;
    let mut text = fs::read_to_string(&chapter.file).map_err(fail)?;
    let now = fences(&text);
    let mut changes: Vec<_> = edits
        .iter()
        .map(|edit| {
            edit.change(&text, &chapter.fences, &now).ok_or_else(|| {
                Problem::new(
                    &chapter.path,
                    "the chapter was changed while it was checked",
                )
                .help("nothing was written; run the command again")
            })
        })
        .collect::<Result<_, _>>()?;
    changes.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let crlf = text.contains("\r\n");
    for (range, new) in changes {
        let new = if crlf { new.replace('\n', "\r\n") } else { new };
        text.replace_range(range, &new);
    }
    replace(&chapter.file, &text).map_err(fail)
}

impl Edit<'_> {
    /// The bytes of the chapter's text that give way, and what comes in their place.
    fn change(&self, text: &str, read: &[Fence], now: &[Fence]) -> Option<(Range<usize>, String)> {
        if read.len() != now.len() {
            return None;
        }
        match *self {
            Edit::Output {
                fence,
                text: output,
            } => {
                let block = &now[fence];
                if block.text != read[fence].text {
                    return None;
                }
                let source = &text[block.range.clone()];
                let start = source.match_indices('\n').nth(1)?.0 + 1;
                let end = source.rfind('\n')? + 1;
                let indented = |line: &str| match line {
                    "" => "\n".to_owned(),
                    line => format!("{}{line}\n", block.indent),
                };
                let start = block.range.start + start.min(end);
                Some((
                    start..block.range.start + end,
                    output.lines().map(indented).collect(),
                ))
            }
            Edit::Below { fence, old, new } => {
                let end = now[fence].range.end;
                let rest = &text[end..];
                let below = rest.trim_start();
                let replaced = match old {
                    Some(old) if below.starts_with(old) => rest.len() - below.len() + old.len(),
                    Some(_) => return None,
                    None => 0,
                };
                let new = new.map_or(String::new(), |new| format!("\n\n{new}"));
                Some((end..end + replaced, new))
            }
        }
    }
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    fs::set_permissions(new.path(), fs::metadata(file)?.permissions())?;
    new.persist(file)?;
    Ok(())
}
