//! What a page says about two languages: that a Rust program and the Python one beside it print
//! the same.
//!
//! A console block of a cargo package that is directly followed by one of a Python program is a
//! pair. Where the two show the same lines, the paragraph below must begin by saying so, in the
//! words of [`SAME`] or [`SAME_BUT_QUOTES`]; where they do not, it must not say so.

use std::sync::Arc;

use libtest_mimic::Trial;

use crate::below::{SAME, SAME_BUT_QUOTES};
use crate::bless::Edit;
use crate::command::Program;
use crate::compare::blessed;
use crate::console::Console;
use crate::harness::{Check, trial};
use crate::message;
use problem::Problem;

/// One trial for each pair, named `chapter::package-and-python`. Compared are the documented
/// outputs, each of which a trial of its own holds to its program; their times are documented,
/// that is snapped, already.
pub fn pairs(check: &Arc<Check>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (index, chapter) in check.book.chapters.iter().enumerate() {
        for (at, console) in Console::all(chapter).iter().enumerate() {
            let Ok(console) = console else { continue };
            let Program::Cargo(package) = &console.command.program else {
                continue;
            };
            if console.python_twin().is_none() {
                continue;
            }
            let check = Arc::clone(check);
            let name = format!("{}::{package}-and-python", chapter.name);
            trials.push(trial(name, move || {
                let console = Console::all(&check.book.chapters[index]).swap_remove(at);
                console.and_then(|console| pair(&check, &console))
            }));
        }
    }
    trials
}

fn pair(check: &Check, console: &Console) -> Result<(), Problem> {
    let Some(twin) = console.python_twin() else {
        return Ok(());
    };
    let (rust, python) = (console.documented, twin.documented);
    let wanted = if rust == python {
        Some(SAME)
    } else if unquoted(rust) == unquoted(python) {
        Some(SAME_BUT_QUOTES)
    } else {
        None
    };
    let said = [SAME_BUT_QUOTES, SAME]
        .into_iter()
        .find_map(|sentence| console.told(sentence));
    if said == wanted {
        return Ok(());
    }
    if check.options.bless {
        // What was compared may have been blessed since, by the checks of the two blocks.
        let edits = [
            Edit::None {
                fence: console.index,
            },
            Edit::None { fence: twin.index },
            Edit::Below {
                fence: twin.index,
                old: said,
                new: wanted,
            },
        ];
        return blessed(check, console.chapter, &twin.place(), &edits);
    }
    let quoted = |sentence: Option<&str>, none: &str| {
        sentence.map_or(none.to_owned(), |sentence| format!("\"{sentence}\""))
    };
    Err(Problem::new(
        twin.place(),
        "what the page says of the two outputs does not hold",
    )
    .expected(quoted(wanted, "no such sentence: they differ"))
    .found(quoted(said, "no such sentence below the two blocks"))
    .shown(
        "- Rust   + Python",
        message::diff(rust, python, console.first_output_line()),
    )
    .help(check.bless_help()))
}

fn unquoted(text: &str) -> String {
    text.replace('\'', "\"")
}
