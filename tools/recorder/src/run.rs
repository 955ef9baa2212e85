//! Running a program with the recorder's calls in it and without, and what the two runs do not have
//! in common.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use checks::normalize;
use checks::process::{self, End, Input, Outcome, Stderr};
use checks::seconds;
use problem::Problem;

use crate::raw::{self, Location, Raw};
use crate::record::Options;
use crate::scratch::{Copied, Kind};
use crate::tree;

/// A recorded run, and what the run beside it tells of it.
pub(crate) struct Runs {
    pub raws: Vec<Raw>,
    pub outcome: Outcome,
    /// Why it was ended, if it did not end by itself.
    pub cut: Option<Cut>,
    pub code: Option<i32>,
    /// In what it differs from the run with nothing inserted.
    pub differs: Vec<String>,
    /// How long each of the two took.
    pub took: [Duration; 2],
    /// What Tokio told of that one, where it was heard.
    pub witness: Option<Vec<Raw>>,
}

/// Which limit a program was ended at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    Time,
    Output,
}

/// A program that was run.
struct Ran {
    /// What Tokio and the inserted calls told, if it was heard.
    raws: Vec<Raw>,
    outcome: Outcome,
    took: Duration,
}

/// Runs a package's program with the calls in it, and the same with nothing inserted.
pub(crate) fn runs(
    copy: &Copied,
    recorded: &Path,
    clean: &Path,
    options: &Options,
) -> Result<Runs, Problem> {
    let recorded = || run(copy, Kind::Recorded, recorded, true, options);
    let clean = || run(copy, Kind::Clean, clean, options.witness, options);
    let (first, second) = thread::scope(|scope| {
        let second = scope.spawn(clean);
        let first = recorded();
        (first, second.join().expect("a run ends with a result"))
    });
    let (mut first, mut second) = (first?, second?);
    let mut differences = differs(copy, &first, &second);
    if !differences.is_empty() {
        // Two that run at once may be in each other's way: they listen at one port, say.
        (first, second) = (recorded()?, clean()?);
        differences = differs(copy, &first, &second);
    }
    let Ran {
        raws,
        outcome,
        took,
    } = first;
    let (cut, code) = match outcome.end {
        End::OutOfTime => (Some(Cut::Time), None),
        End::OutOfOutput => (Some(Cut::Output), None),
        End::Exited(status) => (None, status.code()),
    };
    Ok(Runs {
        raws,
        outcome,
        cut,
        code,
        differs: differences,
        took: [took, second.took],
        witness: options.witness.then_some(second.raws),
    })
}

/// Runs one of a package's two programs in its copy; it writes a log if it is to be heard.
fn run(
    copy: &Copied,
    kind: Kind,
    program: &Path,
    heard: bool,
    options: &Options,
) -> Result<Ran, Problem> {
    let shown = copy.package.folder.display().to_string();
    let fail = |error: io::Error| {
        Problem::new(&shown, "the program cannot be run").found(error.to_string())
    };
    let folder = copy.folder(kind);
    let mut command = Command::new(program);
    command
        .current_dir(&folder)
        .env_remove("RECORDER_LOG")
        .env("RUST_BACKTRACE", "0")
        .env("NO_COLOR", "1");
    // What `cargo run` would say, and not what it has said of the recorder.
    command
        .env("CARGO_MANIFEST_DIR", &folder)
        .env("CARGO_MANIFEST_PATH", folder.join("Cargo.toml"))
        .env("CARGO_PKG_NAME", &copy.package.name)
        .env("CARGO_PKG_VERSION", &copy.targets.version)
        .env("CARGO_BIN_NAME", &copy.targets.program);
    let log = copy.log(kind);
    if heard {
        tree::remove(&log).map_err(fail)?;
        command.env("RECORDER_LOG", &log);
    }
    let begin = Instant::now();
    let outcome =
        process::run(&mut command, Input::Empty, Stderr::Apart, options.limits).map_err(fail)?;
    let took = begin.elapsed();
    let text = match fs::read(&log) {
        Ok(bytes) if heard => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fail(error)),
        _ => String::new(),
    };
    Ok(Ran {
        raws: raw::parse(&text),
        outcome,
        took,
    })
}

/// In what two runs differ, as far as they were seen.
fn differs(copy: &Copied, recorded: &Ran, clean: &Ran) -> Vec<String> {
    let raws = &recorded.raws;
    let (recorded, clean) = (&recorded.outcome, &clean.outcome);
    let (End::Exited(one), End::Exited(other)) = (recorded.end, clean.end) else {
        // What was cut off might have gone on like the other. What was not, has come to an end that
        // the other does not come to.
        let ends_alone = matches!(recorded.end, End::Exited(_));
        return Vec::from_iter(ends_alone.then(|| "exit code".to_owned()));
    };
    // Threads that print at the same time may do so in another order each time.
    let first = raws.first().map(|raw| raw.thread);
    let several = raws.iter().any(|raw| Some(raw.thread) != first);
    let late = recorded.lateness + clean.lateness;
    let same = |recorded: &[u8], clean: &[u8]| {
        if recorded == clean {
            return true;
        }
        let recorded = as_written(copy, Kind::Recorded, recorded);
        let clean = as_written(copy, Kind::Clean, clean);
        let near = seconds::snap(&clean, &recorded, late);
        near == clean
            || seconds::snap(&recorded, &clean, late) == recorded
            || (several && seconds::settle(&sorted(&near)) == seconds::settle(&sorted(&clean)))
    };
    let found = [
        ("stdout", same(&recorded.stdout, &clean.stdout)),
        ("stderr", same(&recorded.stderr, &clean.stderr)),
        ("exit code", end(one) == end(other)),
    ];
    let found = found.iter().filter(|(_, same)| !same);
    found.map(|(what, _)| (*what).to_owned()).collect()
}

/// What a program printed, with the places of the package's own sources in it.
fn as_written(copy: &Copied, kind: Kind, printed: &[u8]) -> String {
    let text = String::from_utf8_lossy(printed);
    let folder = copy.folder(kind);
    let own = copy.package.place.to_string_lossy();
    let text = text.replace(&*folder.to_string_lossy(), &own);
    let prefix = copy.prefix(kind);
    let mut written = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find(&prefix) {
        written.push_str(&rest[..at]);
        rest = &rest[at..];
        match place(copy, kind, rest) {
            Some((place, length)) => {
                written.push_str(&place);
                rest = &rest[length..];
            }
            None => rest = &rest[prefix.len()..],
        }
    }
    written.push_str(rest);
    normalize::panics(&written)
}

/// The place of the package's own source that stands at the beginning of a text, as
/// `file:line:column`, and how long it is there.
fn place(copy: &Copied, kind: Kind, text: &str) -> Option<(String, usize)> {
    let sources = copy.sources.iter();
    let source = sources.max_by_key(|source| {
        let path = copy.called(kind, source);
        if text.starts_with(&path) {
            path.len()
        } else {
            0
        }
    })?;
    let file = copy.called(kind, source);
    let numbers = text.strip_prefix(&file)?.strip_prefix(':')?;
    let digits = |text: &str| {
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len())
    };
    let (line, after) = numbers.split_at(digits(numbers));
    let after = after.strip_prefix(':')?;
    let column = &after[..digits(after)];
    let at = Location {
        file,
        line: line.parse().ok()?,
        column: column.parse().ok()?,
    };
    let length = at.file.len() + 1 + line.len() + 1 + column.len();
    let [line, column] = match kind {
        Kind::Recorded => copy.original(&at)?.1,
        _ => [at.line, at.column],
    };
    Some((format!("{}:{line}:{column}", source.path), length))
}

fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// How a program ended: its exit code, or the signal that ended it.
fn end(status: ExitStatus) -> (Option<i32>, Option<i32>) {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal = None;
    (status.code(), signal)
}
