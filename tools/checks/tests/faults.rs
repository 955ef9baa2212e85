//! A book with one good chapter, and one chapter for each way in which a chapter can be wrong.
//!
//! Each fault has a test: the promise that is responsible fails with one message, which is the
//! one in `tests/faults/`. `SNAPSHOTS=overwrite cargo test --test faults` accepts new ones.

#[path = "support/small_book.rs"]
mod small_book;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{LazyLock, OnceLock};
use std::thread;

use libtest_mimic::{Arguments, Trial};
use regex::Regex;
use small_book::SmallBook;
use support::{PROMISES, target, trial};

/// A fault, which is the name of its chapter or of its listing, and the promises that find it.
const FAULTS: [(&str, &[&str]); 66] = [
    ("broken", &["outputs"]),
    ("changed-character", &["outputs"]),
    ("console-left-open", &["house", "outputs"]),
    ("documented-faster", &["outputs"]),
    ("documented-slower", &["outputs"]),
    ("endless", &["outputs"]),
    ("exits", &["outputs"]),
    ("extra-line", &["outputs"]),
    ("fails", &["outputs"]),
    ("fence-left-open", &["house", "programs"]),
    ("garbage", &["outputs"]),
    ("include-anchor", &["house", "programs"]),
    ("include-file", &["house", "programs"]),
    ("include-lines", &["house", "programs"]),
    ("include-marks", &["house", "programs"]),
    ("inline-broken", &["programs"]),
    ("inline-newer", &["programs"]),
    ("inline-endless", &["programs"]),
    ("inline-ends-well", &["programs"]),
    ("inline-panics", &["programs"]),
    ("inline-prints", &["programs"]),
    ("inside-only", &["starters"]),
    ("misfit", &["outputs"]),
    ("missing-line", &["outputs"]),
    ("missing-python", &["house", "python"]),
    ("no-command", &["house", "outputs"]),
    ("not-in-summary", &["house"]),
    ("not-there", &["house"]),
    ("other-command", &["house", "outputs"]),
    ("other-spelling", &["house"]),
    ("pair-untold", &["pairs"]),
    ("pair-wrong", &["pairs"]),
    ("prints", &["outputs"]),
    ("python-output", &["python"]),
    ("stray-ignore", &["house", "programs"]),
    ("stray-no-run", &["house", "programs"]),
    ("swapped-lines", &["outputs"]),
    ("told-stale", &["outputs"]),
    ("told-too-much", &["outputs"]),
    ("trailing-space", &["outputs"]),
    ("two-commands", &["house", "outputs"]),
    ("unknown-package", &["house", "outputs"]),
    ("unshown-output", &["house"]),
    ("unshown-program", &["house"]),
    ("untold", &["outputs"]),
    ("varies-more", &["outputs"]),
    // These concern the whole book, so each has a small one of its own. In the first, a message
    // tells the compiler's words and another one refers to it.
    ("broken-twice", &["outputs", "outputs"]),
    ("error-alone", &["house", "errors", "errors"]),
    ("error-compiles", &["errors", "errors"]),
    ("error-other-reason", &["errors", "errors"]),
    ("error-other-words", &["errors"]),
    ("error-unshown", &["house", "house"]),
    ("exercise-passes", &["exercises"]),
    ("exercise-refused", &["exercises", "exercises"]),
    ("exercise-unshown", &["house"]),
    ("exercise-unsolved", &["exercises"]),
    ("exercise-wordless", &["exercises"]),
    ("no-summary", &["house", "outputs"]),
    ("nothing-to-check", &["outputs"]),
    ("python-missing", &["python"]),
    ("two-of-one-name", &["house", "outputs"]),
    ("unknown-key", &["house", "outputs"]),
    ("what-if-of-none", &["house"]),
    ("what-if-of-what-if", &["house"]),
    ("what-if-unrecorded", &["house"]),
    ("what-if-unshown", &["house", "house"]),
];

/// Faults that are told of another file than a chapter of their name.
const ELSEWHERE: [(&str, &str); 4] = [
    ("inside-only", "listings/inside-only:"),
    ("not-there", "src/SUMMARY.md:"),
    ("unshown-output", "listings/unshown-output:"),
    ("unshown-program", "listings/unshown-program:"),
];

/// Chapters and texts that are right.
const RIGHT: [&str; 4] = ["404", "good", "shared", "SUMMARY"];

/// The listings that the good chapter shows; `starters` is asked for no others, since it would
/// tell again what is wrong with them.
const GOOD_LISTINGS: [&str; 8] = [
    "any-order",
    "count",
    "modules",
    "panics",
    "parts",
    "quotes",
    "threads",
    "waits",
];

/// How long a program may take that ends, in seconds: longer than it takes on any machine.
const SECONDS: u64 = 60;

/// How long a program is waited for that never ends, in seconds.
const ENDLESS_SECONDS: u64 = 2;

/// An environment variable that every process of these runs has, and no other.
const MARK: &str = "CHECKS_TEST_MARK";

/// A run of a test target, read from what it wrote to the terminal.
#[derive(Debug)]
struct Run {
    success: bool,
    said: String,
    /// Each trial, and whether it passed.
    trials: BTreeMap<String, bool>,
    /// What was told of each trial that failed.
    messages: Vec<(String, String)>,
}

/// Which of the book's files the runs have changed.
static WRITTEN: OnceLock<Vec<PathBuf>> = OnceLock::new();

/// The book held to each promise, once for all tests.
static RUNS: LazyLock<Vec<(&str, Run)>> = LazyLock::new(|| {
    let before = files(&book());
    // Compilers beside them would make the programs late whose time is what is tested, so those
    // that compile go second.
    let mut runs = together(&[
        ("house", Part::All),
        ("outputs", Part::But("endless::endless")),
        ("python", Part::All),
        ("pairs", Part::All),
    ]);
    runs.extend(together(&[
        ("outputs", Part::Only("endless::endless")),
        ("programs", Part::But("inline-endless::line-3")),
        ("programs", Part::Only("inline-endless::line-3")),
        ("starters", Part::All),
    ]));
    WRITTEN.get_or_init(|| changed(&before, &files(&book())));
    runs
});

/// Which trials of a promise are run: a program that never ends is waited for by itself.
#[derive(Clone, Copy)]
enum Part {
    All,
    But(&'static str),
    Only(&'static str),
}

fn together(parts: &[(&'static str, Part)]) -> Vec<(&'static str, Run)> {
    thread::scope(|scope| {
        let running: Vec<_> = parts
            .iter()
            .map(|(promise, part)| (*promise, scope.spawn(|| run_over_the_book(promise, *part))))
            .collect();
        running
            .into_iter()
            .map(|(promise, run)| (promise, run.join().expect("the run to be read")))
            .collect()
    })
}

fn run_over_the_book(promise: &str, part: Part) -> Run {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
    let seconds = match part {
        Part::Only(_) => ENDLESS_SECONDS,
        Part::All | Part::But(_) => SECONDS,
    };
    let mut command = target(promise, &book(), &built, seconds);
    command.env(MARK, mark()).arg("--exact");
    match part {
        Part::All => {}
        Part::But(trial) => drop(command.args(["--skip", trial])),
        Part::Only(trial) => drop(command.arg(trial)),
    }
    if promise == "starters" {
        for listing in listings() {
            if !GOOD_LISTINGS.contains(&&*listing) && listing != "inside-only" {
                command.args(["--skip", &listing]);
            }
        }
    }
    run(command)
}

fn main() -> ExitCode {
    if let Some(code) = support::main_of_child() {
        return code;
    }
    let mut trials: Vec<Trial> = FAULTS
        .into_iter()
        .map(|(fault, promises)| trial(fault, move || is_found(fault, promises)))
        .collect();
    trials.extend([
        trial("each-promise-fails", each_promise_fails),
        trial("every-chapter-is-a-fault", every_chapter_is_a_fault),
        trial("every-message-is-of-a-fault", every_message_is_of_a_fault),
        trial("messages-are-plain-text", messages_are_plain_text),
        trial("nothing-is-left-running", nothing_is_left_running),
        trial("nothing-is-written", nothing_is_written),
        trial("the-good-chapter-passes", the_good_chapter_passes),
    ]);
    let mut arguments = Arguments::from_args();
    // Most wait for the same runs, some for small ones of their own.
    arguments.test_threads.get_or_insert(trials.len());
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn is_found(fault: &str, promises: &[&str]) {
    let alone;
    let messages: Vec<(&str, &str, &str)> = match SmallBook::with(fault) {
        Some(small) => {
            alone = runs(&small, promises);
            assert!(alone.iter().all(|(_, run)| !run.success));
            in_turn(&alone).collect()
        }
        None => in_turn(&RUNS)
            .filter(|(_, _, message)| message.starts_with(&place(fault)))
            .collect(),
    };
    let found: Vec<_> = messages.iter().map(|(promise, _, _)| *promise).collect();
    assert_eq!(found, promises, "{messages:#?}");
    let told: Vec<_> = messages
        .iter()
        .map(|(promise, trial, message)| format!("{promise}: {trial}\n\n{}\n", steady(message)))
        .collect();
    let golden = goldens().join(format!("{fault}.txt"));
    snapbox::Assert::new()
        .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
        .eq(
            told.join("\n"),
            snapbox::Data::read_from(&golden, None).raw(),
        );
}

fn each_promise_fails() {
    for (promise, run) in RUNS.iter() {
        assert!(!run.success, "{promise}");
        let told: BTreeSet<_> = run.messages.iter().map(|(trial, _)| trial).collect();
        let failed = run.trials.iter().filter(|(_, passed)| !**passed);
        assert_eq!(told, failed.map(|(trial, _)| trial).collect(), "{promise}");
    }
}

fn every_chapter_is_a_fault() {
    let faults: BTreeSet<_> = FAULTS.iter().map(|(fault, _)| fault.to_string()).collect();
    for chapter in names(&book().join("src")) {
        let known = faults.contains(&chapter) || RIGHT.contains(&&*chapter);
        assert!(known, "{chapter} is neither a fault nor right");
    }
    assert_eq!(names(&goldens()), faults);
}

fn every_message_is_of_a_fault() {
    let place = Regex::new(r"^(src/[\w-]+\.md:\d+|listings/[\w-]+): \S").unwrap();
    for (promise, trial, message) in in_turn(&RUNS) {
        assert!(place.is_match(message), "{promise}: {trial}: {message}");
        let faults = FAULTS
            .iter()
            .filter(|(fault, _)| message.starts_with(&self::place(fault)));
        assert_eq!(faults.count(), 1, "{promise}: {trial}: {message}");
    }
}

fn messages_are_plain_text() {
    for (promise, run) in RUNS.iter() {
        assert!(!run.said.contains('\u{1b}'), "{promise}: {}", run.said);
    }
}

/// Linux alone shows what a process was started with.
fn nothing_is_left_running() {
    let mark = format!("{MARK}={}", mark());
    assert!(!RUNS.is_empty());
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        let ours = environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == mark.as_bytes());
        assert!(!ours, "{}", entry.path().display());
    }
}

fn nothing_is_written() {
    assert!(!RUNS.is_empty());
    assert_eq!(WRITTEN.get(), Some(&Vec::new()));
}

fn the_good_chapter_passes() {
    let promises: BTreeSet<_> = RUNS.iter().map(|(promise, _)| *promise).collect();
    for promise in promises {
        let runs = RUNS.iter().filter(|(name, _)| *name == promise);
        let trials: BTreeMap<_, _> = runs.flat_map(|(_, run)| run.trials.clone()).collect();
        let good: Vec<_> = match promise {
            "starters" => GOOD_LISTINGS.map(str::to_owned).into(),
            "house" => vec!["good".to_owned()],
            _ => trials
                .keys()
                .filter(|name| name.starts_with("good::"))
                .cloned()
                .collect(),
        };
        assert!(!good.is_empty(), "{promise}");
        for trial in good {
            assert_eq!(trials.get(&trial), Some(&true), "{promise}: {trial}");
        }
    }
}

/// A small book held to promises, each in a process of its own.
fn runs(small: &SmallBook, promises: &[&str]) -> Vec<(&'static str, Run)> {
    let book = small.folder.path();
    let known = PROMISES.iter().map(|(name, _)| *name);
    known
        .filter(|name| promises.contains(name))
        .map(|promise| {
            let mut command = target(promise, book, &book.join("target"), SECONDS);
            command.envs(small.variable);
            let mut run = run(command);
            run.messages.sort_by(|(a, _), (b, _)| a.cmp(b));
            (promise, run)
        })
        .collect()
}

/// Each promise's messages. A trial may have several; each begins at the left, and only there.
fn in_turn<'a>(
    runs: &'a [(&'static str, Run)],
) -> impl Iterator<Item = (&'static str, &'a str, &'a str)> {
    static NEXT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\n\n\b").unwrap());
    runs.iter().flat_map(|(promise, run)| {
        run.messages.iter().flat_map(move |(trial, messages)| {
            NEXT.split(messages)
                .map(move |message| (*promise, &**trial, message))
        })
    })
}

fn place(fault: &str) -> String {
    match ELSEWHERE.iter().find(|(name, _)| *name == fault) {
        Some((_, place)) => (*place).to_owned(),
        None => format!("src/{fault}.md:"),
    }
}

/// A message without what differs from run to run, and without the words of other programs.
fn steady(message: &str) -> String {
    let replace = |text: String, pattern: &str, with: &str| {
        let pattern = Regex::new(pattern).unwrap();
        pattern.replace_all(&text, with).into_owned()
    };
    let mut text = message.to_owned();
    text = replace(text, r"(?m)^(.* \+ .*\d)\.\d\d seconds$", "$1.[..] seconds");
    text = replace(text, r"finished in \d+\.\d+s", "finished in [..]s");
    text = replace(text, r"\.\.\. \d+ lines before", "... [..] lines before");
    text = replace(text, r"\('?main'? \(\d+\)|'main' \(\d+\)", "'main' ([..])");
    // rustc: the code of the error, and where it is.
    text = replace(text, r"(?m)^( +error\[E\d+\]): .*$", "$1: (rustc's words)");
    text = replace(
        text,
        r"(?m)^ +(\||=|\d+ \||For more|\.\.\. \d+ lines more|error: aborting).*\n?",
        "",
    );
    text = replace(text, r"none in \d+ chapters", "none in [..] chapters");
    // cargo.
    text = replace(
        text,
        r"(?s)(\n  cargo says\n).*?(\n  help|$)",
        "$1    (cargo's words)$2",
    );
    text.truncate(text.trim_end().len());
    text
}

fn book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/book")
}

fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults")
}

fn listings() -> BTreeSet<String> {
    names(&book().join("listings"))
}

/// The names of a folder's entries, without their extension.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| Some(entry.path().file_stem()?.to_string_lossy().into_owned()))
        .collect()
}

fn run(target: Command) -> Run {
    let support::Run { success, said } = support::run(target);
    let mut trials = BTreeMap::new();
    let mut messages: Vec<(String, String)> = Vec::new();
    let mut parts = said.split("\nfailures:\n");
    for line in parts.next().unwrap_or_default().lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if let ["test", name, "...", result] = words[..] {
            trials.insert(name.to_owned(), result == "ok");
        }
    }
    for line in parts.next().unwrap_or_default().lines() {
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
        success,
        said,
        trials,
        messages,
    }
}

/// Every file below a folder with what is in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
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
fn changed(
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

/// This run of these tests.
fn mark() -> String {
    std::process::id().to_string()
}
