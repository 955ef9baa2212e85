//! Holding a book to a promise in a process of its own, the way a book's test target does.

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use checks::process::Limits;
use checks::{Options, Promise};
use libtest_mimic::{Failed, Trial};

const PROMISE: &str = "CHECKS_TEST_PROMISE";
const BOOK: &str = "CHECKS_TEST_BOOK";
const SECONDS: &str = "CHECKS_TEST_SECONDS";

/// The promises by the names that a book's test targets would have.
pub const PROMISES: [(&str, &[Promise]); 8] = [
    ("house", &[checks::house]),
    ("outputs", &[checks::outputs]),
    ("python", &[checks::python_outputs]),
    ("pairs", &[checks::pairs]),
    ("programs", &[checks::programs]),
    ("starters", &[checks::starters]),
    ("errors", &[checks::errors, checks::error_codes]),
    ("exercises", &[checks::stubs, checks::solutions]),
];

/// One run of a test target.
#[derive(Debug)]
pub struct Run {
    /// Whether its exit code was 0.
    pub success: bool,
    /// All that was written to the terminal.
    pub said: String,
}

/// What a test target of a book is, if this process has been started to be one.
pub fn main_of_child() -> Option<ExitCode> {
    let promise = env::var(PROMISE).ok()?;
    let (_, promises) = PROMISES.iter().find(|(name, _)| *name == promise)?;
    let seconds = env::var(SECONDS).ok()?.parse().ok()?;
    let options = Options {
        limits: Limits {
            time: Duration::from_secs(seconds),
            output: 20_000,
        },
        // Whatever else this machine does.
        late: f64::INFINITY,
        fence_package: env!("CARGO_MANIFEST_DIR").into(),
        ..Options::default()
    };
    Some(checks::main_with(env::var_os(BOOK)?, promises, options))
}

/// The process in which a book is held to a promise. What is built goes to `target`.
pub fn target(promise: &str, book: &Path, target: &Path, seconds: u64) -> Command {
    let mut command = Command::new(env::current_exe().expect("this test's own file"));
    command
        .env(PROMISE, promise)
        .env(BOOK, book)
        .env(SECONDS, seconds.to_string())
        .env("CARGO_TARGET_DIR", target)
        .env_remove("BLESS")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR");
    command
}

/// Runs such a process to its end.
pub fn run(mut target: Command) -> Run {
    let output = target.output().expect("this test's own file to start");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run {
        success: output.status.success(),
        said: text(&output.stdout) + &text(&output.stderr),
    }
}

/// A test of ours; it fails by panicking.
pub fn trial(name: impl Into<String>, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        test();
        Ok::<(), Failed>(())
    })
}
