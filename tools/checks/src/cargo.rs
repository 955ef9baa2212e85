//! Building packages, and what became of each: an executable, or the compiler's words.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use cargo_metadata::{Message, PackageId, diagnostic::DiagnosticLevel};

use crate::message;

/// What a build made.
#[derive(Debug, Default)]
pub struct Built {
    /// Executables, by their package's name.
    pub executables: BTreeMap<String, PathBuf>,
    /// The compiler's errors, by the name of the package that does not compile.
    pub errors: BTreeMap<String, String>,
    /// Cargo's own last words, where it failed.
    pub cargo: String,
}

/// How much is kept of what a compiler or cargo says, in bytes.
const KEPT: usize = 16 * 1024;

/// The cargo that runs us, or the one on the path.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// The compiler that cargo was told to use, or the one on the path.
pub fn rustc() -> Command {
    Command::new(env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc")))
}

/// Builds packages of the workspace in `folder` (all of them if `packages` is empty), in one go:
/// a package that does not compile takes no other with it. Progress goes to stderr, unless a
/// `target` folder of its own is given: then it is one of many builds.
///
/// # Errors
///
/// When cargo cannot be started.
pub fn build(folder: &Path, packages: &[&str], target: Option<&Path>) -> io::Result<Built> {
    let mut command = cargo();
    command
        .current_dir(folder)
        .args(["build", "--keep-going"])
        .args(if message::in_colour() {
            [
                "--color=always",
                "--message-format=json-diagnostic-rendered-ansi",
            ]
        } else {
            ["--color=never", "--message-format=json"]
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
    let loud = target.is_none();
    let words = child.stderr.take().expect("stderr is piped");
    let words = thread::spawn(move || {
        let mut heard = String::new();
        for line in BufReader::new(words).lines().map_while(Result::ok) {
            if loud {
                eprintln!("{line}");
            }
            keep(&mut heard, &(line + "\n"));
        }
        heard
    });
    let mut built = Built::default();
    let messages = BufReader::new(child.stdout.take().expect("stdout is piped"));
    for message in Message::parse_stream(messages).map_while(Result::ok) {
        match message {
            Message::CompilerArtifact(artifact) => {
                if let Some(executable) = artifact.executable {
                    let package = package(&artifact.package_id).to_owned();
                    built.executables.insert(package, executable.into());
                }
            }
            Message::CompilerMessage(said) if said.message.level == DiagnosticLevel::Error => {
                let heard = built
                    .errors
                    .entry(package(&said.package_id).to_owned())
                    .or_default();
                keep(
                    heard,
                    &said.message.rendered.unwrap_or(said.message.message),
                );
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

/// The errors that the compiler refuses the package in `folder` for, each as the first line that it
/// would print: `error[E0382]: use of moved value: \`task\``.
///
/// # Errors
///
/// When cargo cannot be started.
pub(crate) fn refused(folder: &Path, target: &Path) -> io::Result<Vec<String>> {
    let output = cargo()
        .current_dir(folder)
        .args(["check", "--quiet", "--message-format=json", "--target-dir"])
        .arg(target)
        .stdin(Stdio::null())
        .output()?;
    let mut errors = Vec::new();
    for message in Message::parse_stream(&output.stdout[..]).map_while(Result::ok) {
        let Message::CompilerMessage(said) = message else {
            continue;
        };
        let said = said.message;
        // The last one counts the others.
        if said.level != DiagnosticLevel::Error || said.message.starts_with("aborting due to") {
            continue;
        }
        // A lint has a name in the place of a code, which is not printed there.
        let code = said
            .code
            .filter(|code| code.code.starts_with('E'))
            .map_or_else(String::new, |code| format!("[{}]", code.code));
        let first = said.message.lines().next().unwrap_or_default();
        errors.push(format!("error{code}: {first}"));
    }
    Ok(errors)
}

fn keep(heard: &mut String, more: &str) {
    if heard.len() + more.len() <= KEPT {
        heard.push_str(more);
    }
}

/// The name in `path+file:///folder/name#0.1.0` or `path+file:///folder#name@0.1.0`.
fn package(id: &PackageId) -> &str {
    let (url, version) = id.repr.rsplit_once('#').unwrap_or((&id.repr, ""));
    match version.split_once('@') {
        Some((name, _)) => name,
        None => url.rsplit('/').next().unwrap_or(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_packages_name_from_either_form_of_its_id() {
        for id in [
            "path+file:///a%20b/listings/one#0.1.0",
            "path+file:///a/b#one@0.1.0",
        ] {
            assert_eq!(
                package(&PackageId {
                    repr: id.to_owned()
                }),
                "one"
            );
        }
    }
}
