//! A package that is to be recorded, as it stands in its folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use checks::problem::Problem;

/// A package's folder and what is in it.
#[derive(Debug)]
pub(crate) struct Package {
    /// As it was given: what messages call it.
    pub folder: PathBuf,
    pub name: String,
    pub manifest: String,
    /// Its Rust sources, by their path from the folder, with forward slashes; `src/main.rs` first
    /// among them.
    pub sources: Vec<(String, String)>,
    /// What else stands below `src/`.
    pub others: Vec<(String, Vec<u8>)>,
    pub hash: String,
}

/// The file that holds `main`.
pub(crate) const MAIN: &str = "src/main.rs";

impl Package {
    pub(crate) fn open(folder: &Path) -> Result<Package, Problem> {
        let shown = folder.display().to_string();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).map_err(|error| {
            Problem::new(&shown, "there is no package here")
                .expected("a folder with a Cargo.toml")
                .found(error.to_string())
        })?;
        let name = name(&manifest).ok_or_else(|| {
            Problem::new(format!("{shown}/Cargo.toml"), "this package has no name")
                .expected("`name = \"...\"` below [package]")
                .found("none")
        })?;
        let files = files(folder).map_err(|error| {
            Problem::new(&shown, "the package cannot be read").found(error.to_string())
        })?;
        let mut sources = Vec::new();
        let mut others = Vec::new();
        for (path, bytes) in &files {
            if !path.ends_with(".rs") {
                others.push((path.clone(), bytes.clone()));
            } else {
                let text = String::from_utf8(bytes.clone()).map_err(|_| {
                    Problem::new(format!("{shown}/{path}"), "this is no Rust source")
                        .expected("text")
                        .found("bytes that are not UTF-8")
                })?;
                sources.push((path.clone(), text));
            }
        }
        sources.sort_by_key(|(path, _)| (path != MAIN, path.clone()));
        if sources.first().is_none_or(|(path, _)| path != MAIN) {
            return Err(Problem::new(&shown, "this package has no program")
                .expected(MAIN)
                .found("none"));
        }
        Ok(Package {
            folder: folder.to_owned(),
            name,
            hash: sum(&manifest, &files),
            manifest,
            sources,
            others,
        })
    }
}

impl Package {
    /// Whether it depends on Tokio.
    pub(crate) fn uses_tokio(&self) -> bool {
        self.manifest.lines().any(|line| {
            let word = line.trim().trim_start_matches(['[', '"']);
            let word = word.strip_prefix("dependencies.").unwrap_or(word);
            let after = word.strip_prefix("tokio");
            after.is_some_and(|after| after.starts_with([' ', '=', '.', ']', '"']))
        })
    }
}

/// What a recording's header says of the package in `folder`: it changes when the sources or the
/// Cargo.toml do, and with nothing else.
///
/// # Errors
///
/// When the package cannot be read.
pub fn hash(folder: &Path) -> io::Result<String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
    Ok(sum(&manifest, &files(folder)?))
}

/// FNV-1a, which is the same everywhere: this tells versions apart and guards nothing.
fn sum(manifest: &str, files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |bytes: &[u8]| {
        // A checkout may end lines as its system does.
        for byte in bytes.iter().filter(|byte| **byte != b'\r').chain(&[0]) {
            sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    add(manifest.as_bytes());
    for (path, bytes) in files {
        add(path.as_bytes());
        add(bytes);
    }
    format!("{sum:016x}")
}

/// The files below `src/`.
fn files(folder: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    fn walk(folder: &Path, from: &str, found: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = format!("{from}/{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                walk(&entry.path(), &path, found)?;
            } else {
                found.insert(path, fs::read(entry.path())?);
            }
        }
        Ok(())
    }
    let mut found = BTreeMap::new();
    if folder.join("src").is_dir() {
        walk(&folder.join("src"), "src", &mut found)?;
    }
    Ok(found)
}

/// `name` in the table `[package]`.
fn name(manifest: &str) -> Option<String> {
    let mut lines = manifest
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "[package]");
    lines.next()?;
    lines
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| line.strip_prefix("name")?.trim_start().strip_prefix('='))
        .map(|value| value.trim().trim_matches('"').to_owned())
}
