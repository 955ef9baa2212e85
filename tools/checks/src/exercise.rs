//! Exercises: a program that its own tests refuse until the reader has mended it.
//!
//! An exercise is a listing whose folder is named `exercise`. Its program compiles and runs, and its
//! tests fail, with a message that says what is missing; `solution.rs` beside the Cargo.toml, in the
//! place of `src/main.rs`, passes them.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use libtest_mimic::Trial;
use regex::Regex;

use crate::cargo;
use crate::harness::{Check, of_listing, of_listings};
use crate::lint;
use crate::message;
use crate::process::{self, End, Input, Stderr};
use crate::standalone::Standalone;
use crate::starter;
use crate::workspace::Listing;
use problem::Problem;

/// The name of an exercise's folder.
const FOLDER: &str = "exercise";
/// What the reader may arrive at, in an exercise's folder.
const SOLUTION: &str = "solution.rs";
/// Held while cargo works in one of the exercises' target folders.
static BUILDING: Mutex<()> = Mutex::new(());

static COUNTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"test result: \w+\. (?<passed>\d+) passed; (?<failed>\d+) failed")
        .expect("a valid pattern")
});
/// What a test says when it fails: the line below the place.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^thread '[^']*' .*panicked at [^\n]*:\n(?<said>[^\n]*)")
        .expect("a valid pattern")
});

/// One trial for each exercise, named `stub::package`: as it is given, its tests fail, and say to
/// whoever is at it what is missing.
pub fn stubs(check: &Arc<Check>) -> Vec<Trial> {
    trials(check, "stub", fails_as_given)
}

/// One trial for each exercise, named `solution::package`: with its solution, its tests pass.
pub fn solutions(check: &Arc<Check>) -> Vec<Trial> {
    trials(check, "solution", passes_with_its_solution)
}

fn trials(
    check: &Arc<Check>,
    what: &str,
    holds: fn(&Check, &Listing) -> Result<(), Problem>,
) -> Vec<Trial> {
    of_listings(check, |listing| {
        let folder = Path::new(&listing.folder).file_name();
        if folder.is_none_or(|name| name != FOLDER) {
            return Vec::new();
        }
        let name = format!("{what}::{}", listing.name);
        vec![of_listing(check, listing, name, holds)]
    })
}

/// What came of an exercise's tests.
struct Tests {
    passed: usize,
    failed: usize,
    /// All that cargo and the tests printed.
    said: String,
}

fn fails_as_given(check: &Check, listing: &Listing) -> Result<(), Problem> {
    let tests = tests(check, listing, None)?;
    if tests.failed == 0 {
        return Err(Problem::new(
            &listing.folder,
            "this exercise passes its tests as it is given",
        )
        .expected("a test that fails until the reader has mended the program")
        .found(format!("{} passed", tests.passed)));
    }
    for found in SAID.captures_iter(&tests.said) {
        let said = &found["said"];
        let alone = said.starts_with("assertion") && !said.contains("failed: ");
        if alone || said == "not yet implemented" {
            return Err(Problem::new(
                &listing.folder,
                "this exercise's test fails without a word of help",
            )
            .expected("a message that says what is missing: assert!(.., \"...\")")
            .found(said));
        }
    }
    Ok(())
}

fn passes_with_its_solution(check: &Check, listing: &Listing) -> Result<(), Problem> {
    let file = format!("{}/{SOLUTION}", listing.folder);
    let solution = check.book.root().join(&file);
    if !solution.is_file() {
        return Err(
            Problem::new(&listing.folder, "this exercise has no solution")
                .expected(file)
                .found("none"),
        );
    }
    let tests = tests(check, listing, Some(&solution))?;
    if tests.failed == 0 && tests.passed > 0 {
        return Ok(());
    }
    Err(
        Problem::new(file, "this solution does not pass the exercise's tests")
            .expected("all tests passed, at least one")
            .found(format!("{} passed, {} failed", tests.passed, tests.failed))
            .shown("cargo test says", message::tail(tests.said.as_bytes())),
    )
}

/// A solution that no chapter shows.
pub(crate) fn unshown(check: &Check, listing: &Listing) -> Option<Problem> {
    let file = format!("{}/{SOLUTION}", listing.folder);
    let path = check.book.root().join(&file);
    let mut chapters = check.book.chapters.iter();
    if !path.is_file() || chapters.any(|chapter| lint::shows(chapter, &path)) {
        return None;
    }
    Some(
        Problem::new(&file, "no chapter shows this solution")
            .expected(format!("an include of {file}"))
            .found(format!("none in {}", lint::chapters(check)))
            .help("show it, folded, below the exercise"),
    )
}

/// Tests a copy of the exercise, with `solution` in the place of its program if there is one.
fn tests(check: &Check, listing: &Listing, solution: Option<&Path>) -> Result<Tests, Problem> {
    let fail = |error: io::Error| {
        Problem::new(&listing.folder, "this exercise cannot be tried").found(error.to_string())
    };
    let mut files = starter::files(check, listing).map_err(fail)?;
    if let Some(solution) = solution {
        files.insert("src/main.rs".into(), fs::read(solution).map_err(fail)?);
    }
    // In one folder each would be compiled each time, since both are the same package to cargo.
    let target = check.workspace()?.target.join(match solution {
        Some(_) => "exercises-solved",
        None => "exercises",
    });
    let copy = Standalone::new(&listing.name, &files, &target).map_err(fail)?;
    let mut command = cargo::cargo();
    command
        .current_dir(copy.folder())
        .args([
            "test",
            "--quiet",
            "--no-fail-fast",
            "--color=never",
            "--target-dir",
        ])
        .arg(&target)
        .env("RUST_BACKTRACE", "0");
    let limits = check.limits_with_build();
    let outcome = {
        let _turn = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        process::run(&mut command, Input::Empty, Stderr::IntoStdout, limits).map_err(fail)?
    };
    let said = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let mut tests = Tests {
        passed: 0,
        failed: 0,
        said,
    };
    let mut ran = false;
    for counts in COUNTS.captures_iter(&tests.said) {
        ran = true;
        tests.passed += counts["passed"].parse::<usize>().unwrap_or_default();
        tests.failed += counts["failed"].parse::<usize>().unwrap_or_default();
    }
    match outcome.end {
        End::Exited(_) if ran => {
            copy.mark_built().map_err(fail)?;
            Ok(tests)
        }
        End::Exited(_) => Err(Problem::new(
            &listing.folder,
            match solution {
                Some(_) => "this exercise's solution does not compile",
                None => "this exercise does not compile",
            },
        )
        .expected("a program whose tests can be run")
        .shown("cargo says", message::head(&tests.said))),
        End::OutOfTime | End::OutOfOutput => Err(Problem::new(
            &listing.folder,
            "this exercise's tests do not end",
        )
        .expected("tests that end by themselves, also as the exercise is given")
        .found("none, so they were killed")),
    }
}
