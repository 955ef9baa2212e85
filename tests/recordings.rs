//! Every listing's recorded run can be told, and recorded again means the same; it prints what the page
//! shows; and the program does the same with nothing inserted.
//!
//! `BLESS=1` accepts what is recorded now.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use checks::Check;
use checks::command::Program;
use checks::console::Console;
use checks::seconds;
use checks::workspace::{FOLDER, Listing};
use checks::{of_listing, of_listings, trial};
use libtest_mimic::{Arguments, Trial};
use problem::Problem;
use promises::root;
use promises::truths::{TRUTHS, Truth};
use recorder::{Options, Recorded};
use recording::{Happening, Recording};

/// The file's name in a listing's folder.
const FILE: &str = "recording.jsonl";

fn main() -> ExitCode {
    checks::main(root(), &[listings, strays, truths])
}

/// All listings that are recorded and asked for, recorded again: built in one go and run side by side,
/// when the first test asks.
fn recorded(check: &Check, name: &str) -> Result<&'static Recorded, Problem> {
    static RECORDED: OnceLock<BTreeMap<String, Result<Recorded, Problem>>> = OnceLock::new();
    let listings = &check.workspace()?.listings;
    let all = RECORDED.get_or_init(|| {
        let filter = Arguments::from_args().filter;
        let listings: Vec<&Listing> = listings
            .values()
            .filter(|listing| listing.unrecorded().is_none())
            .filter(|listing| is_asked_for(&listing.name, filter.as_deref()))
            .collect();
        let folders: Vec<PathBuf> = listings
            .iter()
            .map(|listing| root().join(&listing.folder))
            .collect();
        let options = Options {
            limits: check.options.limits,
            witness: true,
            ..Options::new()
        };
        let results = recorder::record(&folders, &options);
        let results = listings.iter().zip(results).map(|(listing, mut result)| {
            if let Ok(recorded) = &mut result
                && !listing.variation().is_none()
            {
                vary(&mut recorded.recording);
            }
            (listing.name.clone(), result)
        });
        results.collect()
    });
    match all.get(name) {
        Some(result) => result.as_ref().map_err(Problem::clone),
        None => Err(Problem::new(name, "this listing is not recorded")
            .expected("a listing of that name without `recording = \"...\"` in its Cargo.toml")
            .found("none")),
    }
}

/// Whether a test about this listing may have a name that the filter lets through: who writes one
/// listing need not wait for all.
fn is_asked_for(name: &str, filter: Option<&str>) -> bool {
    const TESTS: [&str; 4] = ["same", "told", "prints", "witness"];
    match filter.and_then(|filter| filter.split_once("::")) {
        Some((test, part)) if TESTS.contains(&test) => name.contains(part),
        _ => true,
    }
}

/// A listing that declares what may vary is held to that wherever it is run, and not to what the run
/// beside it printed.
fn vary(recording: &mut Recording) {
    if let Some(Happening::Exit { differs, .. }) =
        recording.events.last_mut().map(|event| &mut event.what)
    {
        differs.retain(|what| what != "stdout");
    }
}

/// One test a listing, and one a thing that it keeps to.
fn listings(check: &Arc<Check>) -> Vec<Trial> {
    type Keeps = fn(&Check, &Listing) -> Result<(), Problem>;
    let recorded: [(&str, Keeps); 4] = [
        ("same", means_the_same),
        ("told", can_be_told),
        ("prints", prints_what_the_page_shows),
        ("witness", same_without_insertions),
    ];
    let unrecorded: [(&str, Keeps); 1] = [("none", has_none)];
    of_listings(check, |listing| {
        let keeps: &[(&str, Keeps)] = if listing.unrecorded().is_some() {
            &unrecorded
        } else {
            &recorded
        };
        let trials = keeps.iter().map(|(what, keeps)| {
            of_listing(check, listing, format!("{what}::{}", listing.name), *keeps)
        });
        trials.collect()
    })
}

/// The command that writes a listing's recording.
fn blessing(name: &str) -> String {
    format!("`BLESS=1 cargo test --test recordings same::{name}`")
}

fn if_right(name: &str) -> String {
    format!(
        "if the program is right: {}, then `git diff`",
        blessing(name)
    )
}

fn means_the_same(check: &Check, listing: &Listing) -> Result<(), Problem> {
    let file = format!("{}/{FILE}", listing.folder);
    let new = &recorded(check, &listing.name)?.recording;
    ends(listing, new)?;
    apart(listing, new)?;
    let verdict = same(listing, &file, new);
    if verdict.is_ok() || !check.options.bless {
        return verdict;
    }
    in_time(&listing.name, &file, new)?;
    recording::write(&root().join(&file), new).map_err(|error| {
        Problem::new(&file, "the recording cannot be written").found(error.to_string())
    })?;
    eprintln!("blessed {file}: review it with `git diff`");
    Ok(())
}

/// A recording that was cut off shows a run that nobody has seen to its end.
fn ends(listing: &Listing, recording: &Recording) -> Result<(), Problem> {
    match recording.events.last().map(|event| &event.what) {
        Some(Happening::Exit { cut: None, .. }) => Ok(()),
        Some(Happening::Exit { cut: Some(cut), .. }) => {
            Err(Problem::new(&listing.folder, "this listing's recording is cut off")
                .expected("a program that ends within the limits")
                .found(cut)
                .help("if that is the lesson, say in its Cargo.toml why it has no recording: `recording = \"...\"`"))
        }
        _ => Err(Problem::new(&listing.folder, "this listing's recording has no end")),
    }
}

/// Timers that are due nearly at once fire in another order now and then, and then the next run is not the
/// recorded one.
fn apart(listing: &Listing, recording: &Recording) -> Result<(), Problem> {
    match recording::tie(recording).filter(|_| listing.variation().is_none()) {
        None => Ok(()),
        Some(tie) => Err(
            Problem::new(&listing.folder, "two timers of this listing are due nearly at once")
                .expected("delays by which different tasks wake at least 100 ms apart")
                .found(tie.to_string())
                .help("if that is the lesson, say in its Cargo.toml why it has no recording: `recording = \"...\"`"),
        ),
    }
}

/// What a page shows was recorded on a machine that kept up: a printed time may be as late as that.
fn in_time(name: &str, file: &str, recording: &Recording) -> Result<(), Problem> {
    let Some(late) = recording.header.late else {
        return Ok(());
    };
    Err(
        Problem::new(file, "the machine was late while this was recorded")
            .expected("a run whose printed times are late by less than 0.1 s")
            .found(format!("one that is late by {:.2} s", late as f64 / 1000.0))
            .help(format!(
                "when the machine has less to do: {}",
                blessing(name)
            )),
    )
}

fn same(listing: &Listing, file: &str, new: &Recording) -> Result<(), Problem> {
    let path = root().join(file);
    if !path.exists() {
        return Err(Problem::new(&listing.folder, "this listing has no recording")
            .expected(FILE)
            .found("none")
            .help(format!(
                "{}, or say in its Cargo.toml below [package.metadata.book] why there is none: `recording = \"...\"`",
                blessing(&listing.name)
            )));
    }
    let old = recording::read(&path).map_err(|damage| {
        Problem::new(damage.place(file), "this recording cannot be read")
            .expected(damage.expected)
            .found(damage.found)
            .help(blessing(&listing.name))
    })?;
    if old.header.hash != new.header.hash {
        return Err(
            Problem::new(file, "the listing has changed since it was recorded")
                .expected(format!("a recording of {}, as it is now", listing.folder))
                .found("one of an older version")
                .help(if_right(&listing.name)),
        );
    }
    in_time(&listing.name, file, &old)?;
    match recording::difference_but(&old, new, listing.variation().may_be_missing()) {
        None => Ok(()),
        Some(difference) => Err(Problem::new(
            format!("{}/{}", listing.folder, difference.place),
            "recorded again, this listing does something else",
        )
        .expected(difference.old)
        .found(difference.new)
        .shown("at the line", difference.text)
        .help(if_right(&listing.name))),
    }
}

/// The recording that is committed is one that a page can show.
fn can_be_told(_: &Check, listing: &Listing) -> Result<(), Problem> {
    let file = format!("{}/{FILE}", listing.folder);
    let told = recording::read(&root().join(&file))
        .and_then(|recording| mdbook_replay::steps::steps(&recording));
    told.map(drop).map_err(|damage| {
        Problem::new(damage.place(&file), "no page can show this recording")
            .expected(damage.expected)
            .found(damage.found)
            .help(if_right(&listing.name))
    })
}

fn has_none(_: &Check, listing: &Listing) -> Result<(), Problem> {
    let file = format!("{}/{FILE}", listing.folder);
    if !root().join(&file).exists() {
        return Ok(());
    }
    Err(Problem::new(
        &file,
        "this listing has a recording and says that it has none",
    )
    .expected(format!(
        "no {FILE}: {}",
        listing.unrecorded().unwrap_or_default()
    ))
    .found("one")
    .help(format!(
        "take the file away, or `recording = ...` out of {}/Cargo.toml",
        listing.folder
    )))
}

/// What is recorded as printed is what was printed, and what the page shows.
fn prints_what_the_page_shows(check: &Check, listing: &Listing) -> Result<(), Problem> {
    let recorded = recorded(check, &listing.name)?;
    let printed = String::from_utf8_lossy(&recorded.stdout).replace("\r\n", "\n");
    let recording = recorded.recording.stdout();
    // Threads that print at the same time may say so in another order than they did.
    let same = match recorded.recording.threads.len() {
        1 => seconds::settle(&printed) == recording,
        _ => sorted(&seconds::settle(&printed)) == sorted(&recording),
    };
    if !same {
        return Err(
            Problem::new(&listing.folder, "the program prints what is not recorded")
                .expected(format!("{recording:?}"))
                .found(format!("{printed:?}")),
        );
    }
    for console in Console::in_book(&check.book) {
        let command = &console.command;
        if command.program != Program::Cargo(listing.name.clone())
            || command.with_stderr
            || command.with_status
        {
            continue;
        }
        let snapped = seconds::snap(console.documented, &printed, recorded.lateness);
        let variation = listing.variation();
        let varies = (!variation.is_none()).then(|| variation.broken(console.documented, &snapped));
        if let Some(broken) = varies {
            let Some(found) = broken else { continue };
            return Err(Problem::new(
                console.place(),
                "the recorded run prints what the page does not allow",
            )
            .expected("what the page shows and its listing declares")
            .found(found));
        }
        if snapped != console.documented {
            return Err(Problem::new(
                console.place(),
                "the recorded run prints what the page does not show",
            )
            .expected(format!("{:?}", console.documented))
            .found(format!("{snapped:?}"))
            .help("`cargo test --test outputs` shows the lines"));
        }
    }
    Ok(())
}

/// The program with nothing inserted: Tokio tells the same of it.
fn same_without_insertions(check: &Check, listing: &Listing) -> Result<(), Problem> {
    let recorded = recorded(check, &listing.name)?;
    let clean = recorded.witness.as_ref().ok_or_else(|| {
        Problem::new(
            &listing.folder,
            "this listing was not run without insertions",
        )
    })?;
    let varies = !recorder::is_deterministic(&recorded.recording) || !listing.variation().is_none();
    let timers = listing.variation().may_be_missing().is_empty();
    let settled = |told: &[String]| match varies {
        true => recorder::spawns_and_timers(told, timers),
        false => told.to_vec(),
    };
    let (clean, recorded) = (&settled(clean), &settled(&recorded.runtime));
    let longest = clean.len().max(recorded.len());
    let say = |told: &[String], at: usize| {
        told.get(at)
            .map_or("nothing more".to_owned(), String::clone)
    };
    match (0..longest).find(|at| clean.get(*at) != recorded.get(*at)) {
        None => Ok(()),
        Some(at) => Err(Problem::new(
            &listing.folder,
            "what was inserted for the recording changes what the program does",
        )
        .expected(say(clean, at))
        .found(say(recorded, at))
        .shown("before that", clean[..at.min(clean.len())].join("\n"))),
    }
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

/// Every recording stands beside its listing.
fn strays(_: &Arc<Check>) -> Vec<Trial> {
    let check = trial("strays", || {
        let mut found = Vec::new();
        recordings(&root().join(FOLDER), &mut found)
            .map_err(|error| Problem::new(FOLDER, "cannot be read").found(error.to_string()))?;
        for file in found {
            if !file.with_file_name("Cargo.toml").is_file() {
                let shown = file
                    .strip_prefix(root())
                    .unwrap_or(&file)
                    .display()
                    .to_string();
                return Err(Problem::new(shown, "this recording has no listing")
                    .expected("a Cargo.toml beside it")
                    .found("none")
                    .help("take it away"));
            }
        }
        Ok(())
    });
    vec![check]
}

fn recordings(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            recordings(&path, found)?;
        } else if path.file_name().is_some_and(|name| name == FILE) {
            found.push(path);
        }
    }
    Ok(())
}

/// What the chapters say of some listings, held against their runs.
fn truths(check: &Arc<Check>) -> Vec<Trial> {
    let trials = TRUTHS.iter().map(|truth| {
        let check = Arc::clone(check);
        let Truth {
            listing,
            says,
            holds,
        } = truth;
        trial(format!("truth::{listing}: {says}"), move || {
            let recording = &recorded(&check, listing)?.recording;
            holds(recording).map_err(|found| {
                let what = "what the book says of this listing does not hold";
                Problem::new(*listing, what).expected(*says).found(found)
            })
        })
    });
    trials.collect()
}
