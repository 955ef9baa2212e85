//! Recording packages, side by side.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use checks::cargo;
use checks::process::Limits;
use problem::Problem;
use recording::{Event, Happening, Header, Recording};

use crate::build::{Built, Complaint, build};
use crate::fold::{Folded, fold};
use crate::package::Package;
use crate::run::{Cut, Runs, runs};
use crate::scratch::{Copied, Kind, Workspace};
use crate::{sites, witness};

/// From how many milliseconds on a recording says that the run was late: what is printed as
/// `x.xx seconds` is rounded down to a tenth.
const LATE: u64 = 100;

/// How to record.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder to work in.
    pub scratch: PathBuf,
    /// What a program may take; what it has done until then is kept.
    pub limits: Limits,
    /// Whether Tokio is heard in the run with nothing inserted too. If not, that run is of a program
    /// in which nothing of the recorder's does anything.
    pub witness: bool,
    /// The program to record, of a package that has several.
    pub program: Option<String>,
    /// The package's features that are turned on.
    pub features: Vec<String>,
    /// Whether those that the package turns on by itself are.
    pub default_features: bool,
}

impl Options {
    /// A minute and a megabyte for each program, below the target folder of the program that
    /// records.
    pub fn new() -> Options {
        Options {
            scratch: crate::scratch(),
            limits: Limits {
                time: Duration::from_secs(60),
                output: 1 << 20,
            },
            witness: false,
            program: None,
            features: Vec::new(),
            default_features: true,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Options::new()
    }
}

/// A package that was run.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// What happened.
    pub recording: Recording,
    /// What the recorded program printed on stdout, byte for byte.
    pub stdout: Vec<u8>,
    /// What it printed on stderr.
    pub stderr: Vec<u8>,
    /// How long the recorded program took, and the one beside it with nothing inserted.
    pub took: [Duration; 2],
    /// How late the machine was meanwhile, in seconds; see
    /// [`checks::process::Outcome::lateness`].
    pub lateness: f64,
    /// The functions that nothing was inserted into, because the compiler would not have it.
    pub left_alone: Vec<String>,
    /// What Tokio told of the recorded run: spawns, polls, wakes, timers.
    pub runtime: Vec<String>,
    /// What Tokio told of a run of the same program with nothing inserted, where that was asked
    /// for.
    pub witness: Option<Vec<String>>,
}

/// Records the packages in `folders`: builds those of one workspace in one go, then runs them at
/// once. The results come in the order of the folders.
///
/// # Errors
///
/// Each package that cannot be recorded has its own.
pub fn record(folders: &[PathBuf], options: &Options) -> Vec<Result<Recorded, Problem>> {
    let mut results: Vec<Option<Result<Recorded, Problem>>> = Vec::new();
    let mut groups: Vec<(Vec<usize>, Vec<Package>)> = Vec::new();
    for folder in folders {
        match Package::open(folder) {
            Ok(package) => {
                let at = results.len();
                let fits = |known: &Package| {
                    known.manifest.home() == package.manifest.home() && known.name != package.name
                };
                match groups.iter_mut().find(|(_, group)| group.iter().all(fits)) {
                    Some((places, group)) => {
                        places.push(at);
                        group.push(package);
                    }
                    None => groups.push((vec![at], vec![package])),
                }
                results.push(None);
            }
            Err(problem) => results.push(Some(Err(problem))),
        }
    }
    for (places, packages) in groups {
        let found = match together(packages.clone(), options) {
            Ok(found) => found,
            Err(problem) if packages.len() == 1 => vec![Err(problem)],
            // One that cargo does not take at all is no reason to refuse the others.
            Err(_) => packages
                .into_iter()
                .map(|package| together(vec![package], options)?.remove(0))
                .collect(),
        };
        for (at, found) in places.into_iter().zip(found) {
            results[at] = Some(found);
        }
    }
    results.into_iter().flatten().collect()
}

fn together(
    packages: Vec<Package>,
    options: &Options,
) -> Result<Vec<Result<Recorded, Problem>>, Problem> {
    let fail = |error: io::Error| {
        Problem::new(
            options.scratch.display().to_string(),
            "the recorder cannot work here",
        )
        .found(error.to_string())
    };
    fs::create_dir_all(&options.scratch).map_err(fail)?;
    // Cargo and the compiler call the folder by this name.
    let options = &Options {
        scratch: options.scratch.canonicalize().map_err(fail)?,
        ..options.clone()
    };
    // Two recorders would write each other's sources while they are compiled. The lock goes with
    // the file handle.
    let lock = File::create(options.scratch.join("lock")).map_err(fail)?;
    lock.lock().map_err(fail)?;
    let mut workspace = Workspace::make(packages, options)?;
    let (clean, recorded) = built(&mut workspace, &options.scratch).map_err(fail)?;
    let rustc = rustc();
    let results: Vec<Result<Recorded, Problem>> = thread::scope(|scope| {
        let threads: Vec<_> = workspace
            .copies
            .iter()
            .map(|copy| {
                let (clean, recorded, rustc) = (&clean, &recorded, &rustc);
                scope.spawn(move || one(copy, clean, recorded, rustc, options))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a recording ends with a result"))
            .collect()
    });
    Ok(results)
}

/// Builds the programs as they are, and then those that compile with the calls in them, until what
/// was inserted compiles too: whatever function the compiler objects to is left as it is.
fn built(workspace: &mut Workspace, scratch: &Path) -> io::Result<(Built, Built)> {
    let all: Vec<&Copied> = workspace.copies.iter().collect();
    let mut clean = build(workspace, Kind::Clean, &all, scratch)?;
    // What is wrong with a program is told in words about nothing but itself.
    for copy in &mut workspace.copies {
        if clean.errors.contains_key(&copy.package.name) {
            copy.unlink()?;
        }
    }
    let copies = workspace.copies.iter();
    let bad: Vec<&Copied> = copies
        .filter(|copy| clean.errors.contains_key(&copy.package.name))
        .collect();
    if !bad.is_empty() {
        clean.errors = build(workspace, Kind::Clean, &bad, scratch)?.errors;
    }
    loop {
        // A program that does not compile by itself is its author's business.
        let copies = workspace.copies.iter();
        let good: Vec<&Copied> = copies
            .filter(|copy| clean.programs.contains_key(&copy.package.name))
            .collect();
        if good.is_empty() {
            return Ok((clean, Built::default()));
        }
        let built = build(workspace, Kind::Recorded, &good, scratch)?;
        let mut again = false;
        for copy in &mut workspace.copies {
            if let Some(complaints) = built.errors.get(&copy.package.name) {
                again |= except(copy, complaints);
                copy.instrument()?;
            }
        }
        if !again {
            return Ok((clean, built));
        }
    }
}

/// Leaves the functions alone that the compiler complains of; whether there are any.
fn except(copy: &mut Copied, complaints: &[Complaint]) -> bool {
    let places = complaints.iter().flat_map(|complaint| &complaint.at);
    let functions: Vec<(usize, usize)> = places
        .filter_map(|(path, byte)| {
            let file = copy.file(Kind::Recorded, path)?;
            let (_, function) = copy.files[file].instrumented.origin(*byte);
            Some((file, function?))
        })
        .collect();
    let mut found = false;
    for (file, function) in functions {
        found |= copy.files[file].except.insert(function);
    }
    if !found {
        // What was inserted is at fault, nobody says where.
        for file in &mut copy.files {
            let before = file.except.len();
            file.except.extend(file.instrumented.functions());
            found |= file.except.len() > before;
        }
    }
    found
}

fn one(
    copy: &Copied,
    clean: &Built,
    recorded: &Built,
    rustc: &str,
    options: &Options,
) -> Result<Recorded, Problem> {
    let package = &copy.package;
    let program = |built: &Built, kind| {
        let program = built.programs.get(&package.name).cloned();
        program.ok_or_else(|| not_built(copy, built, kind))
    };
    let programs = (
        program(clean, Kind::Clean)?,
        program(recorded, Kind::Recorded)?,
    );
    let Runs {
        raws,
        outcome,
        cut,
        code,
        differs,
        took,
        witness,
    } = runs(copy, &programs.1, &programs.0, options)?;
    let mut with = BTreeMap::from([("rustc".to_owned(), rustc.to_owned())]);
    if let Some(tokio) = recorded.tokio.as_ref().filter(|_| copy.targets.tokio) {
        with.insert("tokio".to_owned(), tokio.clone());
    }
    let Folded {
        clock,
        since,
        threads,
        tasks,
        mut events,
        late,
        full,
    } = fold(&raws, copy);
    let cut = match cut {
        Some(Cut::Time) => Some("time limit"),
        Some(Cut::Output) => Some("too much output"),
        None => full.then_some("too many events"),
    };
    events.push(Event {
        t: events.last().map_or(0, |event| event.t),
        measured: 0,
        waited: 0,
        thread: 0,
        task: None,
        call: None,
        what: Happening::Exit {
            code,
            cut: cut.map(str::to_owned),
            differs,
        },
    });
    Ok(Recorded {
        recording: Recording {
            header: Header {
                recording: recording::VERSION,
                listing: package.name.clone(),
                source: copy.sources[0].path.clone(),
                clock,
                since,
                late: Some(late).filter(|late| *late >= LATE),
                with,
                hash: copy.hash.clone(),
            },
            sites: sites::sites(copy),
            threads,
            tasks,
            events,
        },
        stdout: outcome.stdout,
        stderr: outcome.stderr,
        took,
        lateness: outcome.lateness,
        left_alone: sites::left_alone(copy),
        runtime: witness::runtime(&raws),
        witness: witness.map(|raws| witness::runtime(&raws)),
    })
}

/// Why there is no program, in the words of whoever failed to make it, about the files that the
/// author knows.
fn not_built(copy: &Copied, built: &Built, kind: Kind) -> Problem {
    let package = &copy.package;
    let folder = package.folder.display().to_string();
    let top = package.folder.join(copy.path_of(Path::new("")));
    let known = |words: &str| {
        words
            .replace(&*copy.folder(kind).to_string_lossy(), &folder)
            .replace(
                &copy.prefix(kind),
                &format!("{}/", top.display()).replace("//", "/"),
            )
    };
    if let Some(complaints) = built.errors.get(&package.name) {
        let words: Vec<_> = complaints
            .iter()
            .map(|complaint| known(&complaint.words))
            .collect();
        return Problem::new(&folder, "this package does not compile")
            .shown("rustc says", words.concat());
    }
    if !built.elsewhere.is_empty() {
        return Problem::new(&folder, "what this package depends on does not compile")
            .shown("rustc says", built.elsewhere.concat());
    }
    Problem::new(&folder, "cargo does not build this package")
        .shown("cargo says", known(&built.cargo))
}

fn rustc() -> String {
    let output = cargo::rustc().arg("--version").output();
    let text = output.map_or(String::new(), |output| {
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    text.split_whitespace()
        .nth(1)
        .unwrap_or("unknown")
        .to_owned()
}
