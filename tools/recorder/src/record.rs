//! Recording packages, side by side.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use checks::problem::Problem;
use checks::process::{self, End, Input, Limits, Outcome};
use recording::{Event, Happening, Header, Recording, Site, SiteKind};

use crate::build::{Built, Complaint, build};
use crate::fold::{Folded, Places, fold};
use crate::instrument::{self, Place};
use crate::package::{MAIN, Package};
use crate::raw::{self, Location, Raw};
use crate::scratch::{CLEAN, CLEAN_FOLDER, Copy, Workspace};
use crate::witness;

/// How to record.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder to work in.
    pub scratch: PathBuf,
    /// What a program may take; what it has done until then is kept.
    pub limits: Limits,
    /// Whether the program is run a second time with nothing inserted into it.
    pub witness: bool,
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
    /// How late the machine was meanwhile, in seconds; see [`Outcome::lateness`].
    pub lateness: f64,
    /// The functions that nothing was inserted into, because the compiler would not have it.
    pub left_alone: Vec<String>,
    /// What Tokio told of the recorded run: spawns, polls, wakes, timers.
    pub runtime: Vec<String>,
    /// What Tokio told of a run of the same program with nothing inserted, where that was asked
    /// for.
    pub witness: Option<Vec<String>>,
}

/// Records the packages in `folders`: builds all of them in one go, then runs all of them at once.
/// The results come in the order of the folders.
///
/// # Errors
///
/// Each package that cannot be recorded has its own.
pub fn record(folders: &[PathBuf], options: &Options) -> Vec<Result<Recorded, Problem>> {
    let mut results: Vec<Option<Result<Recorded, Problem>>> = Vec::new();
    let mut packages = Vec::new();
    for folder in folders {
        match Package::open(folder) {
            Ok(package) => {
                packages.push(package);
                results.push(None);
            }
            Err(problem) => results.push(Some(Err(problem))),
        }
    }
    let mut rest = if packages.is_empty() {
        Vec::new()
    } else {
        let count = packages.len();
        together(packages, options)
            .unwrap_or_else(|problem| (0..count).map(|_| Err(problem.clone())).collect())
    }
    .into_iter();
    let known = results.into_iter();
    known
        .filter_map(|result| result.or_else(|| rest.next()))
        .collect()
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
    // Two recorders would write each other's sources while they are compiled. The lock goes with
    // the file handle.
    let lock = File::create(options.scratch.join("lock")).map_err(fail)?;
    lock.lock().map_err(fail)?;
    let mut workspace = Workspace::make(&options.scratch, packages)?;
    let built = built(&mut workspace, &options.scratch.join("target")).map_err(fail)?;
    let rustc = rustc();
    let runs: Vec<Result<Recorded, Problem>> = thread::scope(|scope| {
        let threads: Vec<_> = workspace
            .copies
            .iter()
            .map(|copy| {
                let (built, rustc) = (&built, &rustc);
                scope.spawn(move || recorded(copy, built, rustc, options))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a recording ends with a result"))
            .collect()
    });
    Ok(runs)
}

/// Builds until what was inserted compiles: whatever function the compiler objects to is left as
/// it is.
fn built(workspace: &mut Workspace, target: &Path) -> io::Result<Built> {
    loop {
        let built = build(workspace, target)?;
        let mut again = false;
        for copy in &mut workspace.copies {
            // A program that does not compile by itself is its author's business.
            if built
                .errors
                .contains_key(&format!("{}{CLEAN}", copy.package.name))
            {
                continue;
            }
            if let Some(complaints) = built.errors.get(&copy.package.name) {
                again |= except(copy, complaints);
                copy.instrument()?;
            }
        }
        if !again {
            return Ok(built);
        }
    }
}

/// Leaves the functions alone that the compiler complains of; whether there are any.
fn except(copy: &mut Copy, complaints: &[Complaint]) -> bool {
    let mut found = false;
    for (path, byte) in complaints.iter().flat_map(|complaint| &complaint.at) {
        let sources = copy.package.sources.iter().zip(&mut copy.files);
        for ((source, _), file) in sources {
            if *path != format!("{}/{source}", copy.package.name) {
                continue;
            }
            if let (_, Some(function)) = file.instrumented.origin(*byte) {
                found |= file.except.insert(function);
            }
        }
    }
    if !found {
        // What was inserted is at fault, nobody says where.
        for file in &mut copy.files {
            let functions = file.instrumented.functions();
            found |= !functions.is_empty();
            file.except.extend(functions);
        }
    }
    found
}

fn recorded(
    copy: &Copy,
    built: &Built,
    rustc: &str,
    options: &Options,
) -> Result<Recorded, Problem> {
    let package = &copy.package;
    let clean = format!("{}{CLEAN}", package.name);
    let (Some(program), Some(witness)) = (
        built.programs.get(&package.name),
        built.programs.get(&clean),
    ) else {
        return Err(not_built(copy, built));
    };
    let (run, witness) = thread::scope(|scope| {
        let witness = options
            .witness
            .then(|| scope.spawn(|| run(copy, witness, &clean, options)));
        let run = run(copy, program, &package.name, options);
        let witness = witness.map(|witness| witness.join().expect("a run ends with a result"));
        (run, witness)
    });
    let (raws, outcome) = run?;
    let witness = witness
        .transpose()?
        .map(|(raws, _)| witness::runtime(&raws));
    let mut with = BTreeMap::from([("rustc".to_owned(), rustc.to_owned())]);
    if let Some(tokio) = built.tokio.as_ref().filter(|_| package.uses_tokio()) {
        with.insert("tokio".to_owned(), tokio.clone());
    }
    let Folded {
        clock,
        threads,
        tasks,
        mut events,
        full,
    } = fold(&raws, copy);
    let (code, cut) = match outcome.end {
        End::OutOfTime => (None, Some("time limit")),
        End::OutOfOutput => (None, Some("too much output")),
        End::Exited(status) => (status.code(), full.then_some("too many events")),
    };
    events.push(Event {
        t: events.last().map_or(0, |event| event.t),
        measured: 0,
        thread: 0,
        task: None,
        call: None,
        what: Happening::Exit {
            code,
            cut: cut.map(str::to_owned),
            differs: Vec::new(),
        },
    });
    Ok(Recorded {
        recording: Recording {
            header: Header {
                recording: recording::VERSION,
                listing: package.name.clone(),
                source: MAIN.to_owned(),
                clock,
                with,
                hash: package.hash.clone(),
            },
            sites: sites(copy),
            threads,
            tasks,
            events,
        },
        stdout: outcome.stdout,
        stderr: outcome.stderr,
        lateness: outcome.lateness,
        left_alone: left_alone(copy),
        runtime: witness::runtime(&raws),
        witness,
    })
}

/// Runs a program of the copy; the log is named after it.
fn run(
    copy: &Copy,
    program: &Path,
    name: &str,
    options: &Options,
) -> Result<(Vec<Raw>, Outcome), Problem> {
    let shown = copy.package.folder.display().to_string();
    let fail = |error: io::Error| {
        Problem::new(&shown, "the program cannot be run").found(error.to_string())
    };
    let log = copy.folder.join(format!("{name}.raw"));
    match fs::remove_file(&log) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fail(error)),
        _ => {}
    }
    let mut command = Command::new(program);
    command
        .current_dir(&copy.folder)
        .env("RECORDER_LOG", &log)
        .env("RUST_BACKTRACE", "0")
        .env("NO_COLOR", "1");
    let outcome = process::run(&mut command, Input::Empty, false, options.limits).map_err(fail)?;
    let text = match fs::read(&log) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(fail(error)),
    };
    Ok((raw::parse(&text), outcome))
}

/// Why there is no program, in the words of whoever failed to make it, about the files that the
/// author knows.
fn not_built(copy: &Copy, built: &Built) -> Problem {
    let package = &copy.package;
    let folder = package.folder.display().to_string();
    let known = |words: &str| {
        words
            .replace(
                &format!("{}/{CLEAN_FOLDER}/", package.name),
                &format!("{folder}/src/"),
            )
            .replace(&*copy.folder.to_string_lossy(), &folder)
    };
    let complaints = built
        .errors
        .get(&format!("{}{CLEAN}", package.name))
        .or_else(|| built.errors.get(&package.name));
    match complaints {
        Some(complaints) => {
            let words: Vec<_> = complaints
                .iter()
                .map(|complaint| known(&complaint.words))
                .collect();
            Problem::new(&folder, "this package does not compile")
                .shown("rustc says", words.concat())
        }
        None => Problem::new(&folder, "cargo does not build this package")
            .expected("a package that also builds when it is copied out alone")
            .shown("cargo says", known(&built.cargo)),
    }
}

fn rustc() -> String {
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .arg("--version")
        .output();
    let text = output.map_or(String::new(), |output| {
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    text.split_whitespace()
        .nth(1)
        .unwrap_or("unknown")
        .to_owned()
}

fn sites(copy: &Copy) -> Vec<Site> {
    let files = copy.package.sources.iter().zip(&copy.files);
    let places = files.flat_map(|((path, _), file)| {
        file.instrumented
            .places
            .iter()
            .map(move |place| (path, place))
    });
    places
        .enumerate()
        .map(|(site, (path, place))| Site {
            site,
            kind: place.kind,
            function: place.function.clone(),
            at: place.at,
            text: place.text.clone(),
            file: (path != MAIN).then(|| path.clone()),
            any: place.any,
        })
        .collect()
}

fn left_alone(copy: &Copy) -> Vec<String> {
    let sources = copy.package.sources.iter().zip(&copy.files);
    let names = sources.flat_map(|((_, text), file)| {
        let all = instrument::instrument(text, 0, &Default::default()).unwrap_or_default();
        all.names_of(&file.except)
    });
    names.collect()
}

impl Copy {
    /// Where a place of the compiled source stands in the package's own: the number of the file's
    /// first site, the file's places, line and column.
    fn original(&self, at: &Location) -> Option<(usize, &[Place], [usize; 2])> {
        let mut first = 0;
        for ((path, source), file) in self.package.sources.iter().zip(&self.files) {
            let places = &file.instrumented.places;
            if at.file == format!("{}/{path}", self.package.name) {
                let byte = instrument::byte(&file.instrumented.text, at.line, at.column)?;
                let (origin, _) = file.instrumented.origin(byte);
                let (line, column) = instrument::position(source, origin);
                return Some((first, places, [line, column]));
            }
            first += places.len();
        }
        None
    }
}

impl Places for Copy {
    fn spawned(&self, at: &Location) -> Option<usize> {
        let (first, places, at) = self.original(at)?;
        let here = places
            .iter()
            .position(|place| place.kind == SiteKind::Spawn && place.at[..2] == at);
        here.map(|site| first + site)
    }

    fn statement(&self, at: &Location) -> Option<usize> {
        let (first, places, at) = self.original(at)?;
        let around = places.iter().enumerate().filter(|(_, place)| {
            place.kind == SiteKind::Stmt && place.at[..2] <= at[..] && at[..] < place.at[2..]
        });
        around
            .max_by_key(|(_, place)| (place.at[0], place.at[1]))
            .map(|(site, _)| first + site)
    }

    fn kind(&self, site: usize) -> Option<SiteKind> {
        let mut places = self.files.iter().flat_map(|file| &file.instrumented.places);
        places.nth(site).map(|place| place.kind)
    }

    fn argument(&self, site: usize) -> Option<&str> {
        let mut places = self.files.iter().flat_map(|file| &file.instrumented.places);
        places.nth(site)?.argument.as_deref()
    }

    fn function(&self, site: usize) -> &str {
        let mut places = self.files.iter().flat_map(|file| &file.instrumented.places);
        places.nth(site).map_or("", |place| &place.function)
    }
}
