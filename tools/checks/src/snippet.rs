//! Every rust fence compiles and runs, by skeptic.
//!
//! skeptic compiles a program with rustc against the libraries of the package that is being
//! tested, and runs it; the exit code decides. It does not expand includes, so the programs are
//! expanded here. It also waits for ever for a program that does not end, keeps whatever one prints
//! until then, and prints to the terminal what belongs into a message. So each fence gets a process
//! of its own: the test executable starts itself again, that child calls skeptic and watches how
//! much memory that takes, and the parent keeps the time and the output. When the parent is done
//! with a child (or gone), the child's stdin ends, and it takes its whole process group with it.

use std::any::Any;
use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::panic;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use libtest_mimic::Trial;
use tempfile::NamedTempFile;

use crate::book::Chapter;
use crate::cargo;
use crate::fence::Fence;
use crate::harness::{Check, trial, unique};
use crate::include;
use crate::lint;
use crate::message;
use crate::process::{self, End, Input, Stderr};
use crate::program::Program;
use problem::Problem;

const PROGRAM: &str = "CHECKS_SNIPPET";
const PACKAGE: &str = "CHECKS_SNIPPET_PACKAGE";
const TRIPLE: &str = "CHECKS_SNIPPET_TRIPLE";
const METADATA: &str = "CHECKS_SNIPPET_METADATA";
/// How many fences are tried at once: each may have a compiler running.
const AT_ONCE: usize = 32;
/// How much memory skeptic may take, in KiB: a good deal more than it does for a program that
/// prints little.
const MEMORY: u64 = 256 * 1024;
const DID_NOT_COMPILE: u8 = 3;
const DID_NOT_RUN: u8 = 4;

/// One trial for each rust fence that is a program, named `chapter::listing`, or
/// `chapter::line-N` where the program stands in the chapter itself. It has to compile and to end
/// with exit code 0; one that says `should_panic` has to compile and to panic.
pub fn fences(check: &Arc<Check>) -> Vec<Trial> {
    let toolchain = Arc::new(OnceLock::new());
    let slots = Arc::new(Slots::new(AT_ONCE));
    let mut taken = BTreeSet::new();
    let mut trials = Vec::new();
    for (index, chapter) in check.book.chapters.iter().enumerate() {
        for (at, fence) in chapter.fences.iter().enumerate() {
            if fence.language() != "rust" || lint::shows_an_error(fence) {
                continue;
            }
            let (check, toolchain, slots) = (
                Arc::clone(check),
                Arc::clone(&toolchain),
                Arc::clone(&slots),
            );
            let name = unique(&mut taken, format!("{}::{}", chapter.name, name(fence)));
            trials.push(trial(name, move || {
                let chapter = &check.book.chapters[index];
                let _slot = slots.take();
                fence_runs(&check, chapter, &chapter.fences[at], &toolchain)
            }));
        }
    }
    trials
}

/// The listing that a fence includes, and which module of it, else its line.
fn name(fence: &Fence) -> String {
    let included = include::includes(&fence.text).into_iter().next();
    let listing = included.and_then(|include| {
        let source = include.path.parent()?;
        let listing = source.parent()?.file_name()?.to_string_lossy();
        let file = include.path.file_stem()?.to_string_lossy();
        Some(match source.ends_with("src") && file != "main" {
            true => format!("{listing}-{file}"),
            false => listing.into_owned(),
        })
    });
    match listing {
        Some(listing) => listing,
        None => format!("line-{}", fence.line),
    }
}

fn fence_runs(
    check: &Check,
    chapter: &Chapter,
    fence: &Fence,
    toolchain: &OnceLock<Result<Toolchain, String>>,
) -> Result<(), Problem> {
    let place = chapter.at(fence.line);
    if let Some(problem) = lint::fence(chapter, fence).into_iter().next() {
        return Err(problem);
    }
    let program = Program::of(chapter, fence)
        .ok_or_else(|| Problem::new(&place, "this fence's includes cannot be expanded"))?;
    let toolchain = toolchain
        .get_or_init(|| Toolchain::ask(&check.options.fence_package))
        .as_ref()
        .map_err(|said| {
            Problem::new(&place, "rustc and cargo cannot be asked").shown("they say", said)
        })?;
    let outcome = turn(&program.text).and_then(|_turn| run_child(check, &program.text, toolchain));
    let outcome = outcome.map_err(|error| {
        Problem::new(&place, "the program cannot be tried").found(error.to_string())
    })?;
    let status = check.status(&place, outcome.end)?;
    let panics = fence.has("should_panic");
    if status.success() {
        if !panics {
            return Ok(());
        }
        return Err(Problem::new(place, "this program ends well")
            .expected("a panic, as `should_panic` says")
            .found("exit code 0")
            .help("take the word away"));
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    let said = program.in_the_chapter(&String::from_utf8_lossy(&outcome.stderr));
    let (what, expected) = match code {
        Some(DID_NOT_RUN) if panics && said.contains(" panicked at ") => return Ok(()),
        Some(DID_NOT_RUN) if panics => (
            "this program fails without a panic",
            "a panic, as `should_panic` says",
        ),
        Some(DID_NOT_COMPILE) => (
            "this program does not compile",
            "rustc (edition 2021) to accept it",
        ),
        Some(DID_NOT_RUN) => ("this program fails", "a program that ends well"),
        _ => (
            "skeptic could not try this program",
            "skeptic to compile and run it",
        ),
    };
    // A compiler says first what matters, a program last.
    let said = match (code, said.trim()) {
        (_, "") => "nothing".to_owned(),
        (Some(DID_NOT_COMPILE), said) => message::head(said),
        (_, said) => message::tail(said.as_bytes()),
    };
    let label = match code {
        Some(DID_NOT_COMPILE) => "rustc says",
        _ => "on stderr",
    };
    let is_newer = label == "rustc says" && said.contains("Rust 2024");
    let problem = Problem::new(place, what)
        .expected(expected)
        .shown(label, said);
    Err(match is_newer {
        true => {
            problem.help("skeptic knows no later edition: write it so that 2021 accepts it too")
        }
        false => problem,
    })
}

/// Waits until no other fence with the same program is tried, in whatever process, and keeps it so until the
/// file is dropped. skeptic keeps an executable for all of them, and opens it for writing when it has made or
/// found it; meanwhile the system lets nobody run it (`Text file busy`).
fn turn(program: &str) -> io::Result<File> {
    let file = turns_of(program);
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    let file = File::create(file)?;
    file.lock()?;
    Ok(file)
}

/// The file that is locked by whoever tries the program.
fn turns_of(program: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    program.hash(&mut hasher);
    let name = format!("{:016x}", hasher.finish());
    out_folder().with_file_name("turns").join(name)
}

fn run_child(check: &Check, program: &str, toolchain: &Toolchain) -> io::Result<process::Outcome> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("program.rs");
    fs::write(&file, program)?;
    let mut command = Command::new(env::current_exe()?);
    command
        .env(PROGRAM, &file)
        .env(PACKAGE, &check.options.fence_package)
        .env(TRIPLE, &toolchain.triple)
        // Its cargo is this test target, which knows the answer.
        .env("CARGO", env::current_exe()?)
        .env(METADATA, toolchain.metadata.path())
        .env("RUST_BACKTRACE", "0")
        .env("NO_COLOR", "1")
        // A child that is killed leaves skeptic's temporary folders behind; here they are ours.
        .env("TMPDIR", folder.path())
        .env("TMP", folder.path())
        .env("TEMP", folder.path());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut outcome = process::run(
        &mut command,
        Input::OpenWhileWatched,
        Stderr::Apart,
        check.options.limits,
    )?;
    if endless(&file).exists() {
        outcome.end = End::OutOfOutput;
    }
    Ok(outcome)
}

/// The file, beside the program's, with which a child says that it ended for want of memory.
fn endless(program: &Path) -> PathBuf {
    program.with_extension("endless")
}

/// What skeptic asks for each program, and what is the same for all of them.
struct Toolchain {
    /// The compiler's host: `x86_64-unknown-linux-gnu`.
    triple: String,
    /// Holds what `cargo metadata` says of the package whose dependencies a fence may use.
    metadata: NamedTempFile,
}

impl Toolchain {
    fn ask(package: &Path) -> Result<Toolchain, String> {
        let said = |command: &mut Command| {
            let output = command.output().map_err(|error| error.to_string())?;
            match output.status.success() {
                true => Ok(output.stdout),
                false => Err(message::tail(&output.stderr)),
            }
        };
        let version = said(cargo::rustc().arg("-vV"))?;
        let version = String::from_utf8_lossy(&version);
        let host = version.lines().find_map(|line| line.strip_prefix("host: "));
        let mut cargo = cargo::cargo();
        cargo.args(["metadata", "--format-version", "1", "--manifest-path"]);
        let answer = said(cargo.arg(package.join("Cargo.toml")))?;
        let metadata = NamedTempFile::new().map_err(|error| error.to_string())?;
        fs::write(metadata.path(), answer).map_err(|error| error.to_string())?;
        Ok(Toolchain {
            triple: host.ok_or("rustc names no host")?.to_owned(),
            metadata,
        })
    }
}

/// What this process prints if it is started in the place of cargo, once for each program: what cargo
/// said when it was asked for all of them.
fn answer_for_cargo() -> Option<ExitCode> {
    let answer =
        env::var_os(METADATA).filter(|_| env::args().nth(1).as_deref() == Some("metadata"))?;
    let printed = fs::read(answer).and_then(|answer| io::stdout().write_all(&answer));
    Some(match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

/// What the child does, if this process is one: tries the program that it was given.
pub(crate) fn main_of_child() -> Option<ExitCode> {
    if let Some(code) = answer_for_cargo() {
        return Some(code);
    }
    let program = env::var_os(PROGRAM)?;
    let package = env::var(PACKAGE).ok()?;
    let triple = env::var(TRIPLE).ok()?;
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        end_group();
    });
    let marker = endless(Path::new(&program));
    thread::spawn(move || {
        while memory().is_none_or(|memory| memory < MEMORY) {
            thread::sleep(Duration::from_millis(10));
        }
        let _ = fs::write(marker, "");
        end_group();
    });
    let tried = panic::catch_unwind(|| {
        let text = fs::read_to_string(&program).expect("the parent has written the program");
        let out = out_folder();
        // What skeptic says when it fails is its command line; what counts is printed already.
        panic::set_hook(Box::new(|_| {}));
        skeptic::rt::run_test(&package, &out.to_string_lossy(), &triple, &text);
    });
    Some(match tried {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => ExitCode::from(stage(&*cause)),
    })
}

/// Which of skeptic's two commands failed; 1 if it was something else.
fn stage(cause: &(dyn Any + Send)) -> u8 {
    match cause.downcast_ref::<String>() {
        Some(text) if !text.starts_with("Command failed:") => {
            eprintln!("{text}");
            1
        }
        Some(text) if text.contains("--crate-type=bin") => DID_NOT_COMPILE,
        Some(_) => DID_NOT_RUN,
        None => 1,
    }
}

/// A folder as a build script's OUT_DIR is, from which skeptic finds the built libraries.
fn out_folder() -> PathBuf {
    let exe = env::current_exe().unwrap_or_default();
    let profile = exe
        .ancestors()
        .find(|folder| folder.join(".fingerprint").is_dir());
    let profile = profile
        .or_else(|| exe.parent()?.parent())
        .unwrap_or(Path::new("."));
    profile.join("build/snippet/out")
}

/// How much memory this process takes, in KiB, where the system tells.
fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn end_group() {
    #[cfg(unix)]
    {
        let _ = rustix::process::kill_process_group(
            rustix::process::getpid(),
            rustix::process::Signal::KILL,
        );
    }
    std::process::exit(1);
}

/// How many fences may still be tried at the same time.
struct Slots {
    free: Mutex<usize>,
    freed: Condvar,
}

/// One of them, until it is dropped.
struct Slot<'slots>(&'slots Slots);

impl Slots {
    fn new(free: usize) -> Slots {
        Slots {
            free: Mutex::new(free),
            freed: Condvar::new(),
        }
    }

    fn take(&self) -> Slot<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self
            .freed
            .wait_while(free, |free| *free == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Slot(self)
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::fs::TryLockError;

    use super::*;

    #[test]
    fn fences_with_the_same_program_take_turns() {
        let program = format!("fn main() {{}} // {}", std::process::id());
        let first = turn(&program).expect("a file");
        let second = File::open(turns_of(&program)).expect("the same file");
        assert!(matches!(second.try_lock(), Err(TryLockError::WouldBlock)));
        turn("fn main() {}").expect("another program's");
        drop(first);
        second.try_lock().expect("its turn");
        fs::remove_file(turns_of(&program)).expect("a file");
    }
}
