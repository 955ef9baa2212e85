//! A listing is a starter: copied alone to an empty folder, it builds, and prints the same.

use std::fs;
use std::io;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::Trial;

use crate::cargo;
use crate::command::{Command, Program};
use crate::compare::judge;
use crate::console::{self, Console};
use crate::harness::{Check, of_listing, of_listings};
use crate::output::{executable, printed, run};
use crate::process::Outcome;
use crate::standalone::{self, Files, Standalone};
use crate::workspace::Listing;
use problem::Problem;

/// Held while cargo works in the copies' target folder.
static BUILDING: Mutex<()> = Mutex::new(());

/// One trial for each listing that some chapter runs, named as the listing.
pub fn copies(check: &Arc<Check>) -> Vec<Trial> {
    let run = console::packages(&check.book);
    of_listings(check, |listing| match run.contains(&listing.name) {
        true => vec![of_listing(check, listing, &listing.name, stands_alone)],
        false => Vec::new(),
    })
}

fn stands_alone(check: &Check, listing: &Listing) -> Result<(), Problem> {
    let fail = |error: io::Error| {
        Problem::new(&listing.folder, "the listing cannot be copied").found(error.to_string())
    };
    let files = self::files(check, listing).map_err(fail)?;
    // What the copies have in common is compiled once.
    let target = check.workspace()?.target.join("starters");
    let copy = Standalone::new(&listing.name, &files, &target).map_err(fail)?;
    let built = {
        // Cargo would wait for its lock, and say so, once a copy.
        let _turn = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        cargo::build(copy.folder(), &[], Some(&target)).map_err(|error| error.to_string())
    };
    let program = executable(&built, listing, &listing.folder).map_err(|problem| {
        let compiled = built
            .as_ref()
            .is_ok_and(|built| built.errors.contains_key(&listing.name));
        // rustc's words suffice where it was asked.
        if compiled {
            return problem;
        }
        problem.help(
            "a listing names its edition, version and dependencies itself, with nothing from the workspace",
        )
    })?;
    copy.mark_built().map_err(fail)?;
    let mut runs: Vec<(Command, Outcome)> = Vec::new();
    for console in Console::in_book(&check.book) {
        if console.command.program != Program::Cargo(listing.name.clone()) {
            continue;
        }
        let known = runs
            .iter()
            .position(|(command, _)| *command == console.command);
        let at = match known {
            Some(at) => at,
            None => {
                let mut command = process::Command::new(program);
                command.current_dir(copy.folder());
                let outcome = run(check, &mut command, &console)?;
                runs.push((console.command.clone(), outcome));
                runs.len() - 1
            }
        };
        let outcome = &runs[at].1;
        printed(check, &console, outcome)
            .and_then(|text| judge(&console, listing.variation(), &text, outcome.lateness))
            .map_err(|problem| {
                problem.help(format!(
                    "this is a run of a copy of {} in an empty folder",
                    listing.folder
                ))
            })?;
    }
    Ok(())
}

/// What a copy of a listing holds: its folder, with the book's lock file beside it. So it builds from
/// what is downloaded already, and from the versions that the book was written with.
pub(crate) fn files(check: &Check, listing: &Listing) -> io::Result<Files> {
    let root = check.book.root();
    let mut files = standalone::files_below(&root.join(&listing.folder))?;
    let lock = root.join("Cargo.lock");
    if lock.is_file() {
        files.insert("Cargo.lock".into(), fs::read(lock)?);
    }
    Ok(files)
}
