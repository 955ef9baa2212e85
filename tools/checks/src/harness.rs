//! A promise as a test target: opens the book, makes one named test a block, runs them all at
//! once.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::book::Book;
use crate::errors;
use crate::process::{End, Limits};
use crate::seconds;
use crate::snippet;
use crate::workspace::{Listing, Workspace};
use problem::Problem;

/// What a check may take and do.
#[derive(Debug, Clone)]
pub struct Options {
    /// The limits of one program.
    pub limits: Limits,
    /// Whether to write into the chapters what the programs print, instead of failing.
    pub bless: bool,
    /// How late the machine may be, in seconds, where a new time is written into a chapter: the time may
    /// be as late.
    pub late: f64,
    /// The package whose dependencies a rust fence may use: the folder of its Cargo.toml.
    pub fence_package: PathBuf,
}

/// A book that is being checked.
#[derive(Debug)]
pub struct Check {
    /// The book.
    pub book: Book,
    /// What the check may take and do.
    pub options: Options,
    workspace: OnceLock<Result<Workspace, Problem>>,
}

/// Makes the trials of one promise: [`house`](crate::house), [`outputs`](crate::outputs),
/// [`python_outputs`](crate::python_outputs), [`pairs`](crate::pairs),
/// [`programs`](crate::programs), [`errors`](crate::errors),
/// [`error_codes`](crate::error_codes), [`stubs`](crate::stubs), [`solutions`](crate::solutions),
/// [`starters`](crate::starters), or one of a book's own.
pub type Promise = fn(&Arc<Check>) -> Vec<Trial>;

impl Default for Options {
    /// A minute and a megabyte for each program; blessing if the environment variable `BLESS` is
    /// `1`, on a machine that is late by less than a time is rounded; the package that is being tested
    /// as the one that fences use.
    fn default() -> Self {
        Options {
            limits: Limits {
                time: Duration::from_secs(60),
                output: 1 << 20,
            },
            bless: env::var_os("BLESS").is_some_and(|value| value == "1"),
            late: seconds::ROUGH,
            fence_package: env::var_os("CARGO_MANIFEST_DIR").map_or(".".into(), PathBuf::from),
        }
    }
}

impl Check {
    /// A check of the book whose book.toml is in `root`.
    ///
    /// # Errors
    ///
    /// When the book cannot be read.
    pub fn new(root: &Path, options: Options) -> Result<Check, Problem> {
        Ok(Check {
            book: Book::open(root)?,
            options,
            workspace: OnceLock::new(),
        })
    }

    /// The book's cargo workspace, read on first use.
    ///
    /// # Errors
    ///
    /// When cargo cannot read it.
    pub fn workspace(&self) -> Result<&Workspace, Problem> {
        let workspace = self
            .workspace
            .get_or_init(|| Workspace::open(self.book.root()));
        workspace.as_ref().map_err(Problem::clone)
    }

    /// The limits of a program whose libraries may have to be compiled first.
    pub(crate) fn limits_with_build(&self) -> Limits {
        Limits {
            time: self.options.limits.time * 10,
            ..self.options.limits
        }
    }

    /// How a program ended that a block at `place` runs.
    ///
    /// # Errors
    ///
    /// When it did not end by itself, but at one of the limits.
    pub(crate) fn status(&self, place: &str, end: End) -> Result<ExitStatus, Problem> {
        let limits = self.options.limits;
        match end {
            End::Exited(status) => Ok(status),
            End::OutOfTime => {
                let seconds = limits.time.as_secs();
                let what = format!("the program was still running after {seconds} s");
                Err(Problem::new(place, what)
                    .expected("a program that ends")
                    .found("none, so it was killed"))
            }
            End::OutOfOutput => Err(Problem::new(place, "the program prints without end")
                .expected(format!("at most {} bytes", limits.output))
                .found("more, so it was killed")),
        }
    }

    /// How to accept what was printed.
    pub(crate) fn bless_help(&self) -> String {
        self.bless_help_of("")
    }

    /// How to accept what the trial of this name found; all of them, without a name.
    pub(crate) fn bless_help_of(&self, name: &str) -> String {
        let command = format!("BLESS=1 cargo test --test {} {name}", target());
        format!(
            "if the program is right: `{}`, then `git diff`",
            command.trim_end()
        )
    }
}

/// Runs promises about the book in `root` as the `main` of a test target (`harness = false`),
/// with the arguments that `cargo test` gives and with all tests at once, since most of a
/// listing's time is waiting.
///
/// This must be all that the `main` does: [`programs`](crate::programs) starts the test target
/// again for each fence, [`errors`](crate::errors) for each listing, and `main` is where that process
/// learns what it is for.
pub fn main(root: impl AsRef<Path>, promises: &[Promise]) -> ExitCode {
    main_with(root, promises, Options::default())
}

/// [`main`] with options of the book's own.
pub fn main_with(root: impl AsRef<Path>, promises: &[Promise], options: Options) -> ExitCode {
    if let Some(code) = snippet::main_of_child().or_else(errors::main_of_child) {
        return code;
    }
    let arguments = Arguments::from_args();
    // What one promise blesses, the next must read again: the sentence about a pair follows from
    // the outputs of both.
    let turns = if options.bless { 1 } else { promises.len() };
    let mut passed = true;
    let mut empty = true;
    for promises in promises.chunks(turns.max(1)) {
        let trials = match Check::new(root.as_ref(), options.clone()) {
            Ok(check) => {
                let check = Arc::new(check);
                promises
                    .iter()
                    .flat_map(|promise| promise(&check))
                    .collect()
            }
            Err(problem) => vec![trial("book", || Err(problem))],
        };
        empty &= trials.is_empty();
        passed &= run(arguments.clone(), trials);
    }
    // A promise about nothing would pass whatever the book says.
    if empty {
        let problem = Problem::new(target(), "this test target checks nothing")
            .expected("a block in some chapter that its promises are about")
            .found("none")
            .help("take the promise out of the target until there is one");
        passed &= run(arguments, vec![trial("book", || Err(problem))]);
    }
    if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    }
}

/// The exit code of cargo's own test harness for a test that failed.
const FAILED: u8 = 101;

/// Whether all trials pass.
fn run(mut arguments: Arguments, trials: Vec<Trial>) -> bool {
    if trials.is_empty() {
        return true;
    }
    // On one thread a trial's name is printed before it runs, and the progress of a build after
    // it on the same line.
    arguments
        .test_threads
        .get_or_insert(trials.len().clamp(2, 256));
    !libtest_mimic::run(&arguments, trials).has_failed()
}

/// A test that fails with a message for people.
pub fn trial(
    name: impl Into<String>,
    holds: impl FnOnce() -> Result<(), Problem> + Send + 'static,
) -> Trial {
    Trial::test(name, || {
        holds().map_err(|problem| Failed::from(problem.to_string()))
    })
}

/// The tests that `of` makes for each listing of the book; where cargo cannot read the workspace, one
/// that says so.
pub fn of_listings(check: &Check, of: impl FnMut(&Listing) -> Vec<Trial>) -> Vec<Trial> {
    match check.workspace() {
        Ok(workspace) => workspace.listings.values().flat_map(of).collect(),
        Err(problem) => vec![trial("workspace", || Err(problem))],
    }
}

/// A test about one listing of the book.
pub fn of_listing(
    check: &Arc<Check>,
    listing: &Listing,
    name: impl Into<String>,
    holds: impl FnOnce(&Check, &Listing) -> Result<(), Problem> + Send + 'static,
) -> Trial {
    let (check, listing) = (Arc::clone(check), listing.name.clone());
    trial(name, move || {
        holds(&check, &check.workspace()?.listings[&listing])
    })
}

/// A trial's name that is none of the `taken` ones, and is one of them from now on.
pub(crate) fn unique(taken: &mut BTreeSet<String>, mut name: String) -> String {
    while !taken.insert(name.clone()) {
        name.push_str("-again");
    }
    name
}

/// The name of the test target that is running: its file's without cargo's hash.
fn target() -> String {
    let file = env::current_exe().unwrap_or_default();
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    stem.rsplit_once('-')
        .map_or(&*stem, |(name, _)| name)
        .to_owned()
}
