//! Finding the Python that runs a book's Python programs.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use problem::Problem;

/// The oldest version that is accepted: major, minor.
pub(crate) const OLDEST: (u32, u32) = (3, 11);

/// A Python of [`OLDEST`] or later: the one that the environment variable `PYTHON` names, else
/// `python3` or `python` on the path. What is returned is the interpreter itself where the name
/// stands for a script that chooses one, which takes longer to start than most programs to run.
///
/// # Errors
///
/// When there is none; the message says what was found instead, and what to do.
pub(crate) fn find() -> Result<OsString, Problem> {
    let named = env::var_os("PYTHON");
    let candidates = match &named {
        Some(named) => vec![named.clone()],
        None => vec!["python3".into(), "python".into()],
    };
    let mut found = Vec::new();
    for candidate in candidates {
        match version(&candidate) {
            Some((version, itself)) if version >= OLDEST => {
                return Ok(match itself.is_empty() {
                    true => candidate,
                    false => itself.into(),
                });
            }
            Some(((major, minor), _)) => {
                found.push(format!("{} {major}.{minor}", candidate.display()))
            }
            None => found.push(format!("`{}` cannot be started", candidate.display())),
        }
    }
    Err(Problem::new("python3", "the book's Python programs cannot be run")
        .expected(format!("Python {}.{} or later", OLDEST.0, OLDEST.1))
        .found(found.join(", "))
        .help("install it (Debian: `apt-get install python3`; macOS: `brew install python`), or name one: `PYTHON=/path/to/python3 cargo test`"))
}

/// A Python's version, and the interpreter's own path as far as it knows.
fn version(python: &OsString) -> Option<((u32, u32), String)> {
    let output = Command::new(python)
        // Without site-packages, which take the most of its start.
        .args([
            "-S",
            "-c",
            "import sys; print(*sys.version_info[:2], sys.executable or '')",
        ])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut words = text.trim_end_matches(['\r', '\n']).splitn(3, ' ');
    let version = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some((version, words.next().unwrap_or_default().to_owned()))
}
