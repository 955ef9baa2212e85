//! Command-line tools that cargo does not bring along: found where they are installed, else
//! installed below `target/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use problem::Problem;

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

/// Installs what the package-lock.json in `folder` names, unless that is there already.
///
/// # Errors
///
/// When npm is not there, or cannot install it.
pub fn npm(folder: &Path) -> Result<(), Problem> {
    let lock = fs::read(folder.join("package-lock.json")).unwrap_or_default();
    // Below node_modules, so that whoever deletes that deletes this.
    let mark = folder.join("node_modules/.installed");
    if fs::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let name = folder.strip_prefix(root()).unwrap_or(folder).display();
    let fail = |found: String| {
        Problem::new(
            name.to_string(),
            "the tools that it needs cannot be installed",
        )
        .expected("Node 20 or later, and npm")
        .found(found)
        .help(format!("`npm --prefix {name} ci`"))
    };
    let output = Command::new("npm")
        .args(["ci", "--no-fund", "--no-audit", "--prefix"])
        .arg(folder)
        .output()
        .map_err(|error| fail(format!("npm: {error}")))?;
    if !output.status.success() {
        return Err(fail(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    fs::write(mark, lock).map_err(|error| fail(error.to_string()))
}

/// A Chromium: the one that the environment variable `CHROMIUM` names, else one of the usual
/// places, else Debian's, which root can install.
///
/// # Errors
///
/// When there is none.
pub fn chromium() -> Result<PathBuf, Problem> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        if starts(&named) {
            return Ok(named);
        }
        return Err(
            Problem::new("CHROMIUM", "this environment variable names no browser")
                .expected("the path of Chromium or Chrome")
                .found(named.display().to_string()),
        );
    }
    let usual = || {
        let names = [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
        ];
        names.iter().find_map(|name| found(name))
    };
    if let Some(found) = usual() {
        return Ok(found);
    }
    const INSTALL: &str = "apt-get update && apt-get install -y --no-install-recommends chromium";
    if is_root()
        && fs::read_to_string("/etc/os-release").is_ok_and(|text| text.contains("ID=debian"))
    {
        eprintln!("installing chromium with apt (once)");
        // Whether it worked is seen by looking again.
        let _ = Command::new("sh").args(["-c", INSTALL]).output();
    }
    usual().ok_or_else(|| {
        Problem::new("chromium", "the tests of the pages need a browser")
            .expected("Chromium or Chrome on the path, or its path in the variable CHROMIUM")
            .found("none")
            .help(format!("on Debian: `sudo sh -c '{INSTALL}'`"))
    })
}

/// The file that a name on the path stands for, or a path itself: whoever is told of the browser
/// does not look for it.
fn found(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut files = std::env::split_paths(&path).map(|folder| folder.join(name));
    files.find(|file| file.is_file() && starts(file))
}

fn starts(browser: &Path) -> bool {
    Command::new(browser)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
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
