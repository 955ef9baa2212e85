//! Holding a book to a promise in a process of its own, the way a book's test target does.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use checks::process::Limits;
use checks::{Options, Promise};
use libtest_mimic::{Failed, Trial};

const PROMISE: &str = "CHECKS_TEST_PROMISE";
const BOOK: &str = "CHECKS_TEST_BOOK";
const SECONDS: &str = "CHECKS_TEST_SECONDS";

/// The promises by the names that a book's test targets would have.
pub const PROMISES: [(&str, &[Promise]); 6] = [
    ("house", &[checks::house]),
    ("outputs", &[checks::outputs]),
    ("python", &[checks::python_outputs]),
    ("pairs", &[checks::pairs]),
    ("programs", &[checks::programs]),
    ("starters", &[checks::starters]),
];

/// One run of a test target.
#[derive(Debug)]
pub struct Run {
    /// Whether its exit code was 0.
    pub success: bool,
    /// Each trial, and whether it passed.
    pub trials: BTreeMap<String, bool>,
    /// What was told of each trial that failed.
    pub messages: Vec<(String, String)>,
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
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut trials = BTreeMap::new();
    let mut messages: Vec<(String, String)> = Vec::new();
    let (results, failures) = stdout.split_once("\nfailures:\n").unwrap_or((&stdout, ""));
    for line in results.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if let ["test", name, "...", result] = words[..] {
            trials.insert(name.to_owned(), result == "ok");
        }
    }
    let told = failures.split("\nfailures:\n").next().unwrap_or_default();
    for line in told.lines() {
        let name = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" ----"));
        match (name, messages.last_mut()) {
            (Some(name), _) => messages.push((name.to_owned(), String::new())),
            (None, Some((_, message))) => *message = format!("{message}{line}\n"),
            (None, None) => {}
        }
    }
    for (_, message) in &mut messages {
        message.truncate(message.trim_end().len());
    }
    Run {
        success: output.status.success(),
        trials,
        messages,
        said: stdout + &stderr,
    }
}

/// Every file below a folder with what is in it.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap_or_default());
        }
    }
    found
}

/// Which files of two such lists are not the same.
pub fn changed(
    before: &BTreeMap<PathBuf, Vec<u8>>,
    after: &BTreeMap<PathBuf, Vec<u8>>,
) -> Vec<PathBuf> {
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .cloned()
        .collect()
}

/// A test of ours; it fails by panicking.
pub fn trial(name: impl Into<String>, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        test();
        Ok::<(), Failed>(())
    })
}
