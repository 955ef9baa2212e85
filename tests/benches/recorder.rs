//! How fast the recorder is, and how true to itself on a busy machine: `cargo bench --bench recorder`,
//! and `cargo bench --bench recorder -- busy` for the second. Names behind `--` choose: `-- overhead` among
//! the figures, `-- busy example-3 example-4` among the listings. Nothing here can fail; the figures
//! are for people.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::hint;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use checks::cargo;
use checks::workspace::{Listing, Workspace};
use promises::root;
use recorder::{Options, Recorded};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often each listing is recorded on a busy machine.
const TIMES: usize = 30;
/// How many loops make it busy.
const LOOPS: usize = 4;
/// How often the shorter measurements are made; the median counts.
const ROUNDS: usize = 5;
/// What is measured where one listing stands for all.
const ONE: &str = "example-3";

fn main() -> Result<()> {
    if !promises::is_bench() {
        return Ok(());
    }
    let workspace = Workspace::open(root())?;
    let listings: Vec<&Listing> = workspace
        .listings
        .values()
        .filter(|listing| listing.unrecorded().is_none())
        .collect();
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    if let [first, names @ ..] = &chosen[..]
        && first == "busy"
    {
        return busy(&listings, names);
    }
    let is_asked = |what: &str| chosen.is_empty() || chosen.iter().any(|name| name == what);
    if is_asked("together") {
        together(&listings)?;
    }
    if is_asked("changed") {
        changed(&workspace)?;
    }
    if is_asked("overhead") {
        overhead(&listings)?;
    }
    Ok(())
}

fn record(listings: &[&Listing]) -> Result<Vec<Recorded>> {
    let folders: Vec<PathBuf> = listings
        .iter()
        .map(|listing| root().join(&listing.folder))
        .collect();
    let results = recorder::record(&folders, &Options::new());
    Ok(results.into_iter().collect::<std::result::Result<_, _>>()?)
}

/// All listings recorded in one go, held against the one that runs longest.
fn together(listings: &[&Listing]) -> Result<()> {
    // So that all is built.
    record(listings)?;
    let begin = Instant::now();
    let all = record(listings)?;
    let time = begin.elapsed();
    let (longest, name) = all
        .iter()
        .map(|recorded| (recorded.took[1], &recorded.recording.header.listing))
        .max()
        .ok_or("no listing is recorded")?;
    println!("{} listings recorded together, warm", listings.len());
    println!("  the longest runs  {}         {name}", seconds(longest));
    println!(
        "  all               {}  {:>5.2} x",
        seconds(time),
        ratio(time, longest)
    );
    Ok(())
}

/// From a change to the recording, held against `cargo build` of the same change and a run.
fn changed(workspace: &Workspace) -> Result<()> {
    let listing = workspace.listing(ONE, "tests/benches/recorder.rs")?;
    let folder = tempfile::tempdir()?;
    let source = root().join(&listing.folder);
    fs::create_dir(folder.path().join("src"))?;
    for file in ["Cargo.toml", "src/main.rs"] {
        fs::copy(source.join(file), folder.path().join(file))?;
    }
    fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock"))?;
    let target = folder.path().join("target");
    let program = target.join("debug").join(ONE);
    let build = |folder: &Path| -> Result<()> {
        let mut build = cargo::cargo();
        quiet(
            build
                .arg("build")
                .current_dir(folder)
                .arg("--target-dir")
                .arg(&target),
        )?;
        quiet(&mut Command::new(&program))
    };
    let recorded = |folder: &Path| -> Result<()> {
        let result = recorder::record(&[folder.to_owned()], &Options::new()).remove(0);
        Ok(result.map(drop)?)
    };
    build(folder.path())?;
    recorded(folder.path())?;
    let main = folder.path().join("src/main.rs");
    let text = fs::read_to_string(&main)?;
    let (mut builds, mut recordings) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        fs::write(&main, format!("{text}\nconst _: usize = {round};\n"))?;
        let begin = Instant::now();
        build(folder.path())?;
        builds.push(begin.elapsed());
        let begin = Instant::now();
        recorded(folder.path())?;
        recordings.push(begin.elapsed());
    }
    let (build, recording) = (median(builds), median(recordings));
    println!("{ONE}, changed");
    println!("  built and run     {}", seconds(build));
    println!(
        "  recorded          {}  {:>5.2} x",
        seconds(recording),
        ratio(recording, build)
    );
    Ok(())
}

/// A recorded run, held against the same program with nothing inserted, which runs beside it.
fn overhead(listings: &[&Listing]) -> Result<()> {
    let examples: Vec<&Listing> = (1..=7)
        .filter_map(|number| {
            let name = format!("example-{number}");
            listings
                .iter()
                .copied()
                .find(|listing| listing.name == name)
        })
        .collect();
    let mut times: BTreeMap<&str, [Vec<Duration>; 2]> = BTreeMap::new();
    for _ in 0..ROUNDS {
        for (listing, recorded) in examples.iter().zip(record(&examples)?) {
            let times = times.entry(&listing.name).or_default();
            for (times, time) in times.iter_mut().zip(recorded.took) {
                times.push(time);
            }
        }
    }
    println!("recorded runs, held against clean ones");
    for (name, [recorded, clean]) in times {
        let (recorded, clean) = (median(recorded), median(clean));
        println!(
            "  {name:<16}  {}  {}  {:>6.3} x",
            seconds(clean),
            seconds(recorded),
            ratio(recorded, clean)
        );
    }
    Ok(())
}

/// Listings on one thread, recorded again and again beside loops that leave them little of the
/// machine: how often the recording means the same as the one that is committed. All of them, or those
/// that `names` has.
fn busy(listings: &[&Listing], names: &[String]) -> Result<()> {
    let mut known = BTreeMap::new();
    let mut of_one_thread = Vec::new();
    let is_asked = |listing: &Listing| names.is_empty() || names.contains(&listing.name);
    for listing in listings.iter().filter(|listing| is_asked(listing)) {
        let file = root().join(&listing.folder).join("recording.jsonl");
        let recording = recording::read(&file).map_err(|damage| format!("{damage:?}"))?;
        if recording.threads.len() == 1 && listing.variation().is_none() {
            known.insert(&*listing.name, recording);
            of_one_thread.push(*listing);
        }
    }
    let over = AtomicBool::new(false);
    let mut same: BTreeMap<&str, usize> = BTreeMap::new();
    // Of each that says that the machine was late, by how many milliseconds.
    let mut late: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    thread::scope(|scope| {
        for _ in 0..LOOPS {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            });
        }
        let mut rounds = || -> Result<()> {
            for _ in 0..TIMES {
                for (listing, recorded) in of_one_thread.iter().zip(record(&of_one_thread)?) {
                    let name = &*listing.name;
                    let header = &recorded.recording.header;
                    late.entry(name).or_default().extend(header.late);
                    match recording::difference(&known[name], &recorded.recording) {
                        None => *same.entry(name).or_default() += 1,
                        Some(difference) => println!("{name}: {difference:?}"),
                    }
                }
            }
            Ok(())
        };
        let done = rounds();
        over.store(true, Ordering::Relaxed);
        done
    })?;
    println!("the same, of {TIMES} recordings beside {LOOPS} busy loops");
    for listing in of_one_thread {
        let count = same.get(&*listing.name).copied().unwrap_or(0);
        let late = &late[&*listing.name];
        let worst = match late.iter().max() {
            Some(worst) => format!("   late: {}, by {worst} ms at most", late.len()),
            None => String::new(),
        };
        println!("  {:<32} {count:>3}{worst}", listing.name);
    }
    Ok(())
}

/// Runs a command that must succeed.
fn quiet(command: &mut Command) -> Result<()> {
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{command:?}: {status}").into()),
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn seconds(time: Duration) -> String {
    format!("{:>6.2} s", time.as_secs_f64())
}

fn ratio(time: Duration, other: Duration) -> f64 {
    time.as_secs_f64() / other.as_secs_f64()
}
