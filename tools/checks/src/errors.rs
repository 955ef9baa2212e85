//! Programs that must not compile, and what the compiler says of them.
//!
//! They stand in a listing's folder `errors/`: a program and, beside it, the compiler's words, both
//! shown by a chapter. trybuild compares the words. They are those of one release of the compiler,
//! the `rust-version` of the package that is being tested; every release has words of its own, so on
//! another one only the errors' codes and messages have to be the same. trybuild works on the package
//! that `CARGO_MANIFEST_DIR` names, and tells what it found to the terminal, so each listing gets a
//! process of its own: the test executable starts itself again.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::Trial;

use crate::cargo;
use crate::harness::{Check, of_listing, of_listings};
use crate::lint::{self, ERRORS};
use crate::message;
use crate::process::{self, End, Input, Stderr};
use crate::standalone::Standalone;
use crate::starter;
use crate::workspace::Listing;
use problem::Problem;

const CHILD: &str = "CHECKS_ERRORS";
/// Held while cargo works in a target folder that several trials share.
static BUILDING: Mutex<()> = Mutex::new(());

/// One trial for each listing with programs that must not compile, named as the listing: the
/// compiler says of them, word for word, what stands beside them. None where the compiler is of
/// another release than the one whose words they are.
pub fn words(check: &Arc<Check>) -> Vec<Trial> {
    if release_of_the_words() != release_of_the_compiler() {
        return Vec::new();
    }
    of_listings(check, |listing| match programs(check, listing).is_empty() {
        true => Vec::new(),
        false => vec![of_listing(check, listing, &listing.name, same_words)],
    })
}

/// One trial for each program that must not compile, named `listing::program`: it is refused with
/// the codes and the messages that stand beside it, by whatever release of the compiler.
pub fn codes(check: &Arc<Check>) -> Vec<Trial> {
    of_listings(check, |listing| {
        let programs = programs(check, listing).into_iter();
        let trials = programs.map(|program| {
            let name = format!("{}::{program}", listing.name);
            of_listing(check, listing, name, move |check, listing| {
                same_codes(check, listing, &program)
            })
        });
        trials.collect()
    })
}

/// The names of a listing's programs that must not compile, without their endings.
fn programs(check: &Check, listing: &Listing) -> BTreeSet<String> {
    named(&folder(check, listing), ".rs")
}

/// The names of the compiler's words about such programs.
fn words_of(check: &Check, listing: &Listing) -> BTreeSet<String> {
    named(&folder(check, listing), ".stderr")
}

fn folder(check: &Check, listing: &Listing) -> std::path::PathBuf {
    check.book.root().join(&listing.folder).join(ERRORS)
}

fn named(folder: &Path, ending: &str) -> BTreeSet<String> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some(name.strip_suffix(ending)?.to_owned())
        })
        .collect()
}

/// The release, as `1.95`, whose words stand in the book: the `rust-version` of the package that is
/// being tested.
fn release_of_the_words() -> Option<String> {
    release(&env::var("CARGO_PKG_RUST_VERSION").ok()?)
}

fn release_of_the_compiler() -> Option<String> {
    let said = cargo::rustc().arg("--version").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    release(said.split_whitespace().nth(1)?)
}

/// `1.95` of `1.95.0`.
fn release(version: &str) -> Option<String> {
    let mut parts = version.split('.');
    Some(format!("{}.{}", parts.next()?, parts.next()?))
}

/// The compiler says of each program what stands beside it, word for word.
fn same_words(check: &Check, listing: &Listing) -> Result<(), Problem> {
    let place = format!("{}/{ERRORS}", listing.folder);
    let fail = |error: io::Error| {
        Problem::new(&place, "the compiler cannot be asked").found(error.to_string())
    };
    let folder = check.book.root().join(&listing.folder);
    let mut command = Command::new(env::current_exe().map_err(fail)?);
    command
        .current_dir(&folder)
        .env(CHILD, "1")
        .env("CARGO_MANIFEST_DIR", &folder)
        .env_remove("CARGO_TARGET_DIR")
        .env("RUST_BACKTRACE", "0")
        .env("TERM", "dumb")
        .env("NO_COLOR", "1");
    if check.options.bless {
        command.env("TRYBUILD", "overwrite");
    } else {
        command.env_remove("TRYBUILD");
    }
    let limits = check.limits_with_build();
    let outcome = {
        let _turn = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        process::run(&mut command, Input::Empty, Stderr::IntoStdout, limits).map_err(fail)?
    };
    // What trybuild has never seen it writes here first.
    let strange = folder.join("wip");
    if strange.is_dir() {
        fs::remove_dir_all(&strange).map_err(fail)?;
    }
    if matches!(outcome.end, End::Exited(status) if status.success()) {
        return Ok(());
    }
    Err(
        Problem::new(place, "the compiler says something else of these programs")
            .expected("the words in the `.stderr` beside each")
            .shown(
                "trybuild says",
                plain(&String::from_utf8_lossy(&outcome.stdout)),
            )
            .help(check.bless_help_of(&listing.name)),
    )
}

/// What trybuild tells its own users to do.
const ADVICE: [&str; 4] = [
    "writing the following output",
    "TRYBUILD=",
    "Move this file",
    "you can bless it by rerunning",
];

/// trybuild's report without its colours, and without its advice, which is for its own users.
fn plain(said: &str) -> String {
    let said = anstream::adapter::strip_str(said).to_string();
    let report: Vec<&str> = said
        .lines()
        .skip_while(|line| !line.starts_with("test "))
        .take_while(|line| !line.contains("panicked at"))
        .filter(|line| !ADVICE.iter().any(|advice| line.contains(advice)))
        .collect();
    if report.is_empty() {
        return message::tail(said.as_bytes());
    }
    report.join("\n").trim().to_owned()
}

/// What the process for one listing does, if this is one: has trybuild look at the errors of the
/// package that `CARGO_MANIFEST_DIR` names.
pub(crate) fn main_of_child() -> Option<ExitCode> {
    env::var_os(CHILD)?;
    let tried = std::panic::catch_unwind(|| {
        trybuild::TestCases::new().compile_fail(format!("{ERRORS}/*.rs"));
    });
    Some(match tried {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

/// In the place of the listing's program, this one is refused with the errors that the page shows:
/// the same codes and messages, whatever else the compiler says of them.
fn same_codes(check: &Check, listing: &Listing, program: &str) -> Result<(), Problem> {
    let place = format!("{}/{ERRORS}/{program}.rs", listing.folder);
    let fail = |error: io::Error| {
        Problem::new(&place, "this program cannot be tried").found(error.to_string())
    };
    let errors = folder(check, listing);
    let shown = fs::read_to_string(errors.join(format!("{program}.stderr"))).map_err(|_| {
        Problem::new(&place, "nothing says why this program must not compile")
            .expected(format!(
                "the compiler's words in {program}.stderr beside it"
            ))
            .found("none")
            .help(check.bless_help_of(&listing.name))
    })?;
    let mut files = starter::files(check, listing).map_err(fail)?;
    let text = fs::read(errors.join(format!("{program}.rs"))).map_err(fail)?;
    files.insert("src/main.rs".into(), text);
    let target = check.workspace()?.target.join(ERRORS);
    // It is refused, so never built: each copy is looked at anew.
    let copy = Standalone::new(&listing.name, &files, &target).map_err(fail)?;
    let found = {
        let _turn = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        cargo::refused(copy.folder(), &target).map_err(fail)?
    };
    let expected: Vec<&str> = shown
        .lines()
        .filter(|line| line.starts_with("error"))
        .collect();
    if found.is_empty() {
        return Err(Problem::new(place, "this program compiles")
            .expected(expected.join("\n"))
            .found("no error")
            .help("mend the program, or take it and its page's words away"));
    }
    if expected == found {
        return Ok(());
    }
    Err(
        Problem::new(place, "this program is refused for another reason")
            .expected(expected.join("\n"))
            .found(found.join("\n"))
            .help(check.bless_help_of(&listing.name)),
    )
}

/// A program that must not compile is on a page together with the compiler's words, and the page
/// says which compiler's.
pub(crate) fn unshown(check: &Check, listing: &Listing) -> Vec<Problem> {
    let (programs, words) = (programs(check, listing), words_of(check, listing));
    let mut problems = Vec::new();
    for name in programs.union(&words) {
        for (ending, what, there) in [
            (".rs", "this program that must not compile", &programs),
            (".stderr", "these words of the compiler's", &words),
        ] {
            let file = format!("{}/{ERRORS}/{name}{ending}", listing.folder);
            if !there.contains(name) {
                problems.push(
                    Problem::new(&file, "this file is missing beside its other half")
                        .expected("a program and the compiler's words, of one name")
                        .found("one of the two")
                        .help("blessing the errors writes the words; without a program they have no meaning"),
                );
                continue;
            }
            let path = check.book.root().join(&file);
            let mut chapters = check
                .book
                .chapters
                .iter()
                .filter(|chapter| lint::shows(chapter, &path));
            let Some(chapter) = chapters.next() else {
                problems.push(
                    Problem::new(&file, format!("no chapter shows {what}"))
                        .expected(format!("an include of {file}"))
                        .found(format!("none in {}", lint::chapters(check)))
                        .help("show it where it belongs, or delete both files"),
                );
                continue;
            };
            let compiler = release_of_the_words()
                .filter(|_| ending == ".stderr")
                .map(|release| format!("rustc {release}"));
            if let Some(compiler) = compiler.filter(|compiler| !chapter.text.contains(compiler)) {
                problems.push(
                    Problem::new(
                        &chapter.path,
                        "this chapter shows a compiler's words and does not say which one's",
                    )
                    .expected(format!(
                        "`{compiler}`, the `rust-version` that the words are from"
                    ))
                    .found("none"),
                );
            }
        }
    }
    problems.dedup();
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_two_numbers() {
        assert_eq!(release("1.95.0").as_deref(), Some("1.95"));
        assert_eq!(release("1.95").as_deref(), Some("1.95"));
        assert_eq!(release("1.96.0-beta.1").as_deref(), Some("1.96"));
        assert_eq!(release("2"), None);
    }
}
