//! Command-line tools that cargo does not bring along: found where they are installed, else
//! installed below `target/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use checks::problem::Problem;

use crate::root;

/// The version of hyperlink that checks the rendered pages.
const HYPERLINK: &str = "0.3.2";

/// mdBook, in the version that the README tells readers to install.
///
/// # Errors
///
/// When the README names no version, or mdBook is not there and cannot be installed.
pub fn mdbook() -> Result<PathBuf, Problem> {
    find("mdbook", &mdbook_version()?)
}

/// hyperlink, which follows the links and anchors of rendered pages.
///
/// # Errors
///
/// When it is not there and cannot be installed.
pub fn hyperlink() -> Result<PathBuf, Problem> {
    find("hyperlink", HYPERLINK)
}

/// The version in the README's first command, the one place where it stands.
fn mdbook_version() -> Result<String, Problem> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap_or_default();
    let version = readme
        .split_once("cargo install mdbook --version ")
        .and_then(|(_, rest)| rest.split_whitespace().next());
    version.map(str::to_owned).ok_or_else(|| {
        Problem::new("README.md", "no version of mdBook is named")
            .expected("a command `cargo install mdbook --version X.Y.Z --locked`")
            .found("none")
    })
}

fn find(name: &str, version: &str) -> Result<PathBuf, Problem> {
    let tools = root().join("target/tools");
    let ours = tools
        .join("bin")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let on_path = PathBuf::from(name);
    if is(&on_path, version) {
        return Ok(on_path);
    }
    let fail = |error: std::io::Error| {
        Problem::new(name, "a tool that the tests need cannot be installed")
            .found(error.to_string())
            .help(format!(
                "install it yourself: `cargo install {name} --version {version} --locked`"
            ))
    };
    // Two promises that need the same tool install it once; the lock goes with the file handle.
    fs::create_dir_all(&tools).map_err(fail)?;
    let lock = File::create(tools.join("lock")).map_err(fail)?;
    lock.lock().map_err(fail)?;
    if is(&ours, version) {
        return Ok(ours);
    }
    eprintln!("installing {name} {version} below target/tools (once; some minutes)");
    let status = checks::cargo::cargo()
        .args(["install", name, "--version", version, "--locked", "--root"])
        .arg(&tools)
        .status()
        .map_err(fail)?;
    if status.success() && is(&ours, version) {
        return Ok(ours);
    }
    Err(fail(std::io::Error::other(format!(
        "cargo install: {status}"
    ))))
}

fn is(program: &Path, version: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| {
            let said = String::from_utf8_lossy(&output.stdout);
            said.split_whitespace()
                .any(|word| word.trim_start_matches('v') == version)
        })
}
