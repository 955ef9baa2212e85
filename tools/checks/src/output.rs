//! Every console block is run, and what its program prints is what the page says.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::process;
use std::sync::{Arc, OnceLock};

use libtest_mimic::Trial;

use crate::below::VARIES;
use crate::bless::{self, Edit};
use crate::book::Chapter;
use crate::cargo::{self, Built};
use crate::command::Program;
use crate::console::{self, Console};
use crate::harness::{Check, trial, unique};
use crate::message;
use crate::normalize;
use crate::order::Variation;
use crate::problem::Problem;
use crate::process::{End, Input, Outcome};
use crate::python;
use crate::seconds;
use crate::workspace::Listing;

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
    compare(check, console, &listing.declared.variation, &outcome)
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
    compare(check, console, &variation.unwrap_or_default(), &outcome)
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
    let with_stderr = console.command.with_stderr;
    if with_stderr {
        // What Python prints comes in order with stderr. Only there: unbuffered, it writes a line
        // in two pieces, and those of two threads or processes may mix.
        command.env("PYTHONUNBUFFERED", "1");
    }
    crate::process::run(command, Input::Empty, with_stderr, check.options.limits).map_err(|error| {
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

/// Holds the page to what was printed, or (blessing) writes it there.
fn compare(
    check: &Check,
    console: &Console,
    variation: &Variation,
    outcome: &Outcome,
) -> Result<(), Problem> {
    let text = printed(check, console, outcome)?;
    let documented = console.documented;
    let judged = judge(console, variation, &text, outcome.lateness);
    let holds = judged.is_ok();
    let verdict = judged.and_then(|()| told(console, variation));
    let Err(problem) = verdict else {
        return Ok(());
    };
    let misfit = |misfit: String| {
        Problem::new(
            console.place(),
            "the listing declares what its output does not have",
        )
        .found(misfit)
        .shown("printed", message::tail(text.as_bytes()))
        .help("correct [package.metadata.book] in the listing's Cargo.toml")
    };
    if !check.options.bless {
        return Err(match variation.misfit(&text) {
            Some(reason) if !holds && variation.misfit(documented).is_some() => misfit(reason),
            _ => problem.help(check.bless_help()),
        });
    }
    let settled = seconds::settle(&seconds::snap(documented, &text, outcome.lateness));
    let shown = if holds { documented } else { &settled };
    if let Some(reason) = variation.misfit(shown) {
        return Err(misfit(reason));
    }
    let mut edits = Vec::new();
    if !holds {
        let late = [outcome.lateness, check.options.late];
        in_time(&console.place(), documented, &settled, late)
            .map_err(|problem| problem.help(check.bless_help()))?;
        edits.push(Edit::Output {
            fence: console.index,
            text: &settled,
        });
    }
    let sentence = variation.sentence(shown);
    let wanted = (!variation.is_none()).then_some(sentence.as_str());
    let old = console.told(VARIES);
    if old != wanted {
        let fence = console.last_of_pair();
        edits.push(Edit::Below {
            fence,
            old,
            new: wanted,
        });
    }
    blessed(check, console.chapter, &console.place(), &edits)
}

/// Whether a page may be given the times that were printed on a machine that was late, and may be so
/// much, in seconds: the times may be as late.
fn in_time(
    place: &str,
    documented: &str,
    printed: &str,
    [late, most]: [f64; 2],
) -> Result<(), Problem> {
    let new = seconds::new_times(documented, printed);
    match new.first() {
        Some(line) if late >= most => Err(Problem::new(
            place,
            "the machine was late while this was printed, and the time may be",
        )
        .expected(format!(
            "a machine that is late by less than {most} s, before a new time is written into the page"
        ))
        .found(format!("`{line}`, on one that was late by {late:.2} s"))
        .help("when the machine has less to do, bless again")),
        _ => Ok(()),
    }
}

/// Writes edits into a chapter and says so.
pub(crate) fn blessed(
    check: &Check,
    chapter: &Chapter,
    place: &str,
    edits: &[Edit],
) -> Result<(), Problem> {
    bless::write(check.book.root(), chapter, edits)?;
    eprintln!("blessed {place}: review it with `git diff`");
    Ok(())
}

/// Whether a run prints what the page says; else the message.
pub(crate) fn judge(
    console: &Console,
    variation: &Variation,
    printed: &str,
    lateness: f64,
) -> Result<(), Problem> {
    let documented = console.documented;
    let snapped = seconds::snap(documented, printed, lateness);
    let diff = || message::diff(documented, &snapped, console.first_output_line());
    if variation.is_none() {
        if snapped == documented {
            return Ok(());
        }
        return Err(Problem::new(
            console.place(),
            "the program does not print what the page says",
        )
        .shown("- the page   + the program", diff()));
    }
    let broken = variation
        .misfit(documented)
        .map(|misfit| ("the listing declares what the page does not have", misfit))
        .or_else(|| {
            let broken = variation.broken(documented, &snapped)?;
            Some(("the program varies more than its listing declares", broken))
        });
    match broken {
        None => Ok(()),
        Some((what, how)) => Err(Problem::new(console.place(), what)
            .found(how)
            .shown("- the page   + the program", diff())
            .help("if that may happen, declare it in [package.metadata.book] of the listing's Cargo.toml")),
    }
}

/// Whether the page tells its reader what may vary, and nothing else.
fn told(console: &Console, variation: &Variation) -> Result<(), Problem> {
    let wanted = (!variation.is_none()).then(|| variation.sentence(console.documented));
    let found = console.told(VARIES);
    if found == wanted.as_deref() {
        return Ok(());
    }
    Err(Problem::new(
        console.place(),
        "what the page says of how this output varies does not hold",
    )
    .expected(wanted.unwrap_or("no such sentence: the listing declares nothing".to_owned()))
    .found(found.unwrap_or("no such sentence below the block")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_machine_writes_no_new_time() {
        let page = "start\nin 2.00 seconds\n";
        let verdict = |printed, late| in_time("src/a.md:3", page, printed, [late, seconds::ROUGH]);
        assert_eq!(verdict("start\nin 2.40 seconds\n", 0.05), Ok(()));
        // What the page shows already has been snapped.
        assert_eq!(verdict("begin\nin 2.00 seconds\n", 0.4), Ok(()));
        assert_eq!(verdict("no time\n", 0.4), Ok(()));
        let problem = verdict("start\nin 2.40 seconds\n", 0.4).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "src/a.md:3: the machine was late while this was printed, and the time may be
  expected  a machine that is late by less than 0.1 s, before a new time is written into the page
  found     `in 2.40 seconds`, on one that was late by 0.40 s
  help      when the machine has less to do, bless again"
        );
    }
}
