//! Every console block is run: what it runs, how, and what of it the page would show.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::process;
use std::sync::{Arc, OnceLock};

use libtest_mimic::Trial;

use crate::cargo::{self, Built};
use crate::command::Program;
use crate::compare::compare;
use crate::console::{self, Console};
use crate::harness::{Check, trial, unique};
use crate::message;
use crate::normalize;
use crate::process::{End, Input, Outcome, Stderr};
use crate::python;
use crate::workspace::Listing;
use problem::Problem;

/// One trial for each block that runs a cargo package, and one for each block whose command
/// cannot be read. Named `chapter::package`.
pub fn cargo_blocks(check: &Arc<Check>) -> Vec<Trial> {
    let built = Arc::new(OnceLock::new());
    // A workspace that cannot be read is one problem, however many blocks need it.
    let unreadable = match console::packages(&check.book).is_empty() {
        true => None,
        false => check.workspace().err(),
    };
    let mut trials: Vec<_> = blocks(check, |console| match console {
        Ok(console) => match &console.command.program {
            Program::Cargo(package) if unreadable.is_none() => Some(package.clone()),
            _ => None,
        },
        Err(problem) => Some(line_name(problem)),
    })
    .into_iter()
    .map(|(name, chapter, at)| {
        let (check, built) = (Arc::clone(check), Arc::clone(&built));
        trial(name, move || {
            let console = Console::all(&check.book.chapters[chapter]).swap_remove(at);
            console.and_then(|console| cargo_block(&check, &built, &console))
        })
    })
    .collect();
    if let Some(problem) = unreadable {
        trials.push(trial("workspace", || Err(problem)));
    }
    trials
}

/// One trial for each block that runs a Python program, named `chapter::folder/file`.
pub fn python_blocks(check: &Arc<Check>) -> Vec<Trial> {
    let blocks = blocks(check, |console| {
        match &console.as_ref().ok()?.command.program {
            Program::Cargo(_) => None,
            Program::Python(file) => {
                let mut parts = file.rsplit('/');
                let (name, folder) = (parts.next()?, parts.next());
                Some(folder.map_or(name.to_owned(), |folder| format!("{folder}/{name}")))
            }
        }
    });
    if blocks.is_empty() {
        return Vec::new();
    }
    let python = match python::find() {
        Ok(python) => Arc::new(python),
        // One problem, however many blocks need it.
        Err(problem) => return vec![trial("python", || Err(problem))],
    };
    blocks
        .into_iter()
        .map(|(name, chapter, at)| {
            let (check, python) = (Arc::clone(check), Arc::clone(&python));
            trial(name, move || {
                let console = Console::all(&check.book.chapters[chapter]).swap_remove(at);
                console.and_then(|console| python_block(&check, &python, &console))
            })
        })
        .collect()
}

/// The blocks that `name` gives a name to: their trial's name, their chapter's index and their
/// own among the console blocks of the chapter.
fn blocks(
    check: &Check,
    name: impl Fn(&Result<Console, Problem>) -> Option<String>,
) -> Vec<(String, usize, usize)> {
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for (index, chapter) in check.book.chapters.iter().enumerate() {
        for (at, console) in Console::all(chapter).iter().enumerate() {
            if let Some(name) = name(console) {
                let name = unique(&mut taken, format!("{}::{name}", chapter.name));
                found.push((name, index, at));
            }
        }
    }
    found
}

fn line_name(problem: &Problem) -> String {
    let line = problem.place().rsplit(':').next().unwrap_or_default();
    format!("line-{line}")
}

fn cargo_block(
    check: &Check,
    built: &OnceLock<Result<Built, String>>,
    console: &Console,
) -> Result<(), Problem> {
    let Program::Cargo(package) = &console.command.program else {
        return Ok(());
    };
    let workspace = check.workspace()?;
    let listing = workspace.listing(package, &console.place())?;
    let built = built.get_or_init(|| {
        let named = console::packages(&check.book);
        let known: Vec<&str> = named
            .iter()
            .map(String::as_str)
            .filter(|package| workspace.listings.contains_key(*package))
            .collect();
        eprintln!("building {} listings", known.len());
        cargo::build(check.book.root(), &known, None).map_err(|error| error.to_string())
    });
    let program = executable(built, listing, &console.place())
        .map_err(|problem| told_once(check, built, listing, problem))?;
    let mut command = process::Command::new(program);
    command.current_dir(check.book.root());
    let outcome = run(check, &mut command, console)?;
    let text = printed(check, console, &outcome)?;
    compare(check, console, listing.variation(), &text, outcome.lateness)
}

/// The compiler's and cargo's words are told at the first block that is without its program for
/// their sake; the others refer to it.
fn told_once(
    check: &Check,
    built: &Result<Built, String>,
    listing: &Listing,
    problem: Problem,
) -> Problem {
    let for_all = match built {
        Ok(built) => built.executables.is_empty() && built.errors.is_empty(),
        Err(_) => true,
    };
    let first = Console::in_book(&check.book)
        .filter(|console| match &console.command.program {
            Program::Cargo(package) if for_all => check
                .workspace()
                .is_ok_and(|workspace| workspace.listings.contains_key(package)),
            Program::Cargo(package) => *package == listing.name,
            Program::Python(_) => false,
        })
        .map(|console| console.place())
        .next();
    match first {
        Some(first) if first != problem.place() => Problem::new(
            problem.place(),
            format!("listing `{}` could not be built", listing.name),
        )
        .found(format!("the reason is told at {first}")),
        _ => problem,
    }
}

/// The executable that a build made of a listing; or, at `place`, why there is none.
pub(crate) fn executable<'built>(
    built: &'built Result<Built, String>,
    listing: &Listing,
    place: &str,
) -> Result<&'built std::path::Path, Problem> {
    let built = built
        .as_ref()
        .map_err(|error| Problem::new(place, "cargo could not be started").found(error.clone()))?;
    if let Some(program) = built.executables.get(&listing.name) {
        return Ok(program);
    }
    Err(match built.errors.get(&listing.name) {
        Some(said) => Problem::new(
            place,
            format!("listing `{}` does not compile", listing.name),
        )
        .shown("rustc says", said),
        None => Problem::new(
            place,
            format!("cargo does not build listing `{}`", listing.name),
        )
        .expected(format!("a program from {}", listing.folder))
        .shown("cargo says", message::tail(built.cargo.as_bytes())),
    })
}

fn python_block(check: &Check, python: &OsStr, console: &Console) -> Result<(), Problem> {
    let Program::Python(file) = &console.command.program else {
        return Ok(());
    };
    if !check.book.root().join(file).is_file() {
        return Err(missing_python(console, file));
    }
    let mut command = process::Command::new(python);
    command.arg(file).current_dir(check.book.root());
    let outcome = run(check, &mut command, console)?;
    let beside = |listing: &&Listing| {
        file.rsplit_once('/')
            .is_some_and(|(folder, _)| folder == listing.folder)
    };
    let variation = match check.workspace() {
        Ok(workspace) => workspace.listings.values().find(beside),
        Err(_) => None,
    };
    let variation = variation.map(|listing| listing.variation().in_python(console.documented));
    let text = printed(check, console, &outcome)?;
    let variation = variation.unwrap_or_default();
    compare(check, console, &variation, &text, outcome.lateness)
}

/// That a block runs a Python file which is not there.
pub(crate) fn missing_python(console: &Console, file: &str) -> Problem {
    Problem::new(
        console.place(),
        "this runs a Python program that does not exist",
    )
    .expected(file)
    .found("no such file")
    .help("the path is from the folder of book.toml")
}

/// Runs a block's program the way a reader's terminal would.
pub(crate) fn run(
    check: &Check,
    command: &mut process::Command,
    console: &Console,
) -> Result<Outcome, Problem> {
    command
        .env("RUST_BACKTRACE", "0")
        .env("NO_COLOR", "1")
        .env("PYTHONUTF8", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let mut stderr = Stderr::Apart;
    if console.command.with_stderr {
        stderr = Stderr::IntoStdout;
        // What Python prints comes in order with stderr. Only there: unbuffered, it writes a line
        // in two pieces, and those of two threads or processes may mix.
        command.env("PYTHONUNBUFFERED", "1");
    }
    crate::process::run(command, Input::Empty, stderr, check.options.limits).map_err(|error| {
        Problem::new(console.place(), "the program cannot be started").found(error.to_string())
    })
}

/// What a block's program printed, as the page would show it.
///
/// # Errors
///
/// When it did not end well: at a limit, with an exit code that the block does not show, or with
/// output that is no text.
pub(crate) fn printed(
    check: &Check,
    console: &Console,
    outcome: &Outcome,
) -> Result<String, Problem> {
    let place = console.place();
    let so_far = |problem: Problem| {
        let mut stdout = &outcome.stdout[..];
        if outcome.end == End::OutOfOutput {
            // The last line is cut off wherever the limit happened to be.
            let end = stdout.iter().rposition(|byte| *byte == b'\n');
            stdout = &stdout[..end.map_or(stdout.len(), |end| end + 1)];
        }
        let problem = problem.shown("printed so far", message::tail(stdout));
        if outcome.stderr.is_empty() {
            problem
        } else {
            problem.shown("on stderr", message::tail(&outcome.stderr))
        }
    };
    let status = check.status(&place, outcome.end).map_err(so_far)?;
    let code = status.code();
    #[cfg(unix)]
    let code = code.or_else(|| {
        // What a shell makes of a program that a signal ended.
        std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal)
    });
    if code != Some(0) && !console.command.with_status {
        return Err(so_far(Problem::new(place, "the program failed"))
            .expected("exit code 0")
            .found(match status.code() {
                Some(code) => format!("exit code {code}"),
                None => status.to_string(),
            })
            .help(
                "if that is the lesson, show it: end the block's command with `; echo \"exit $?\"`",
            ));
    }
    let text = std::str::from_utf8(&outcome.stdout).map_err(|error| {
        so_far(Problem::new(place, "the program prints what is not UTF-8"))
            .expected("text")
            .found(match error.valid_up_to() {
                1 => "an invalid byte after 1 byte".to_owned(),
                valid => format!("an invalid byte after {valid} bytes"),
            })
    })?;
    // Python ends a line as the system does.
    let text = text.replace("\r\n", "\n");
    let text = normalize::tracebacks(&text, check.book.root());
    let mut text = normalize::panics(&text);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    if console.command.with_status {
        let code = code.map_or("?".to_owned(), |code| code.to_string());
        text.push_str(&format!("exit {code}\n"));
    }
    Ok(text)
}
