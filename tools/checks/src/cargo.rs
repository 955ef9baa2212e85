//! Building packages, and what became of each: an executable, or the compiler's words.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use cargo_metadata::{Message, diagnostic::DiagnosticLevel};

use crate::message;

/// What a build made.
#[derive(Debug, Default)]
pub struct Built {
    /// Executables, by the program's name, which for a listing is the package's.
    pub executables: BTreeMap<String, PathBuf>,
    /// The compiler's errors, by the name of what did not compile.
    pub errors: BTreeMap<String, String>,
    /// Cargo's own last words, where it failed.
    pub cargo: String,
}

/// The cargo that runs us, or the one on the path.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// Builds packages of the workspace in `folder` (all of them if `packages` is empty), in one go:
/// a package that does not compile takes no other with it. Progress goes to stderr.
///
/// # Errors
///
/// When cargo cannot be started.
pub fn build(folder: &Path, packages: &[&str], target: Option<&Path>) -> io::Result<Built> {
    let mut command = cargo();
    command
        .current_dir(folder)
        .args(["build", "--keep-going"])
        .arg(if message::in_colour() {
            "--message-format=json-diagnostic-rendered-ansi"
        } else {
            "--message-format=json"
        });
    for package in packages {
        command.args(["-p", package]);
    }
    if let Some(target) = target {
        command.arg("--target-dir").arg(target);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let words = child.stderr.take().expect("stderr is piped");
    let words = thread::spawn(move || {
        let mut heard = String::new();
        for line in BufReader::new(words).lines().map_while(Result::ok) {
            eprintln!("{line}");
            heard = heard + &line + "\n";
        }
        heard
    });
    let mut built = Built::default();
    let messages = BufReader::new(child.stdout.take().expect("stdout is piped"));
    for message in Message::parse_stream(messages).map_while(Result::ok) {
        match message {
            Message::CompilerArtifact(artifact) => {
                if let Some(executable) = artifact.executable {
                    built
                        .executables
                        .insert(artifact.target.name, executable.into());
                }
            }
            Message::CompilerMessage(said) if said.message.level == DiagnosticLevel::Error => {
                built
                    .errors
                    .entry(said.target.name)
                    .or_default()
                    .push_str(&said.message.rendered.unwrap_or(said.message.message));
            }
            _ => {}
        }
    }
    let status = child.wait()?;
    let heard = words.join().unwrap_or_default();
    if !status.success() {
        built.cargo = heard;
    }
    Ok(built)
}
