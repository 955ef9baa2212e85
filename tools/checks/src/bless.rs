//! Writing what was printed into the page that says something else.
//!
//! Only a block that is still as it was checked is written to, one writer at a time, and the new
//! chapter takes the old one's place in one step: nobody's work is lost to a block that was
//! blessed while its chapter was being edited.

use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use crate::below;
use crate::book::Chapter;
use crate::fence::{Fence, fences};
use problem::Problem;

/// One change to a chapter. Fences are named by their place in the chapter, from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Edit<'a> {
    /// Changes nothing, but the block has to be as it was read.
    None {
        /// The block.
        fence: usize,
    },
    /// Puts `text` in the place of what a console block shows below its command.
    Output {
        /// The block.
        fence: usize,
        /// What the program printed.
        text: &'a str,
    },
    /// Puts a sentence below a block, and takes out the one that it replaces.
    Below {
        /// The block.
        fence: usize,
        /// The sentence below that no longer holds, if there is one.
        old: Option<&'a str>,
        /// The new sentence, if there is one.
        new: Option<&'a str>,
    },
}

/// Makes all `edits` in a chapter, or none.
///
/// # Errors
///
/// When a block is no longer as it was read, or the chapter cannot be written.
pub(crate) fn write(root: &Path, chapter: &Chapter, edits: &[Edit]) -> Result<(), Problem> {
    let place = || {
        chapter.at(edits
            .first()
            .map_or(1, |edit| chapter.fences[edit.fence()].line))
    };
    let fail = |error: io::Error| {
        Problem::new(place(), "the chapter cannot be written").found(error.to_string())
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
                Problem::new(place(), "this block was changed while it was checked")
                    .expected("the block as it was read")
                    .found("another text in the chapter")
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
    let then = fences(&text);
    for edit in edits {
        let Edit::Output { fence, text } = edit else {
            continue;
        };
        let command = now[*fence].text.lines().next().unwrap_or_default();
        let kept = then.len() == now.len()
            && !then[*fence].left_open
            && then[*fence].text == format!("{command}\n{text}");
        if !kept {
            return Err(
                Problem::new(place(), "this output cannot stand in the block")
                    .expected("lines that the block would show as they are")
                    .shown("printed", crate::message::tail(text.as_bytes()))
                    .help(
                        "nothing was written; a line of backticks needs a fence with more of them",
                    ),
            );
        }
    }
    replace(&chapter.file, &text).map_err(fail)
}

impl Edit<'_> {
    fn fence(&self) -> usize {
        match *self {
            Edit::None { fence } | Edit::Output { fence, .. } | Edit::Below { fence, .. } => fence,
        }
    }

    /// The bytes of the chapter's text that give way, and what comes in their place.
    fn change(&self, text: &str, read: &[Fence], now: &[Fence]) -> Option<(Range<usize>, String)> {
        let (read_block, block) = (&read[self.fence()], now.get(self.fence())?);
        if read.len() != now.len() || block.left_open {
            return None;
        }
        let end = block.range.end;
        match *self {
            Edit::None { .. } => (block.text == read_block.text).then(|| (end..end, String::new())),
            Edit::Output { text: output, .. } => {
                if block.text != read_block.text {
                    return None;
                }
                let source = &text[block.range.clone()];
                let from = source.match_indices('\n').nth(1)?.0 + 1;
                let to = source.trim_end().rfind('\n')? + 1;
                let indent = below_marker(&block.indent);
                let indented = |line: &str| match line {
                    "" => format!("{}\n", indent.trim_end()),
                    line => format!("{indent}{line}\n"),
                };
                let from = block.range.start + from.min(to);
                Some((
                    from..block.range.start + to,
                    output.lines().map(indented).collect(),
                ))
            }
            Edit::Below { old, new, .. } => {
                // The block itself may have been blessed since, but not have become another.
                if block.text.lines().next() != read_block.text.lines().next() {
                    return None;
                }
                let told = below::sentences(text, end);
                match (old, new) {
                    (None, None) => Some((end..end, String::new())),
                    (None, Some(new)) => {
                        let next = text[end..].lines().nth(1).unwrap_or_default();
                        let apart = if next.trim().is_empty() { "" } else { "\n" };
                        let indent = below_marker(&block.indent);
                        Some((end..end, format!("\n\n{indent}{new}{apart}")))
                    }
                    (Some(old), new) => {
                        let at = told
                            .iter()
                            .position(|told| &text[told.sentence.clone()] == old)?;
                        let (sentence, paragraph) = (&told[at].sentence, &told[at].paragraph);
                        if let Some(new) = new {
                            return Some((sentence.clone(), new.to_owned()));
                        }
                        if sentence == paragraph {
                            let before = at.checked_sub(1).map(|at| told[at].paragraph.end);
                            return Some((before.unwrap_or(end)..paragraph.end, String::new()));
                        }
                        let rest = text[sentence.end..].trim_start();
                        Some((sentence.start..text.len() - rest.len(), String::new()))
                    }
                }
            }
        }
    }
}

/// What stands before the lines below a block's first: a list's marker stands only there.
fn below_marker(indent: &str) -> String {
    indent
        .chars()
        .map(|c| match c {
            '>' | '\t' => c,
            _ => ' ',
        })
        .collect()
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    // A link stays one: what it leads to is replaced.
    let file = &file.canonicalize()?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    fs::set_permissions(new.path(), fs::metadata(file)?.permissions())?;
    new.persist(file)?;
    Ok(())
}
