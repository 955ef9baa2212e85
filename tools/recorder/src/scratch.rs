//! The scratch workspace: copies of packages, with the recorder linked in.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use checks::problem::Problem;

use crate::instrument::{Instrumented, instrument};
use crate::package::{MAIN, Package};

/// What is appended to a program's name for the copy that nothing is inserted into.
pub(crate) const CLEAN: &str = "-clean";
/// The folder of that copy.
pub(crate) const CLEAN_FOLDER: &str = "clean";

/// The folder that the recorder works in: `recorder`, below the target folder that this program
/// was built in.
pub fn scratch() -> PathBuf {
    let exe = env::current_exe().unwrap_or_default();
    let target = exe
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target.map_or_else(
        || env::temp_dir().join("recorder"),
        |target| target.join("recorder"),
    )
}

/// A package's copy.
#[derive(Debug)]
pub(crate) struct Copy {
    pub package: Package,
    /// Its sources with the calls in them, in the order of the package's.
    pub files: Vec<File>,
    /// Where it stands.
    pub folder: PathBuf,
}

/// A source file's copy.
#[derive(Debug)]
pub(crate) struct File {
    pub instrumented: Instrumented,
    /// The functions that are to be left alone: the compiler did not like what was inserted.
    pub except: BTreeSet<usize>,
}

/// A cargo workspace of copies.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub root: PathBuf,
    pub copies: Vec<Copy>,
}

impl Workspace {
    /// Copies packages below `scratch`, with their programs' clean copies beside them.
    pub(crate) fn make(scratch: &Path, packages: Vec<Package>) -> Result<Workspace, Problem> {
        // One package has a workspace of its own, so that recording it leaves no other's build
        // behind.
        let root = match &packages[..] {
            [package] => scratch.join(&package.name),
            _ => scratch.join("together"),
        };
        let fail = |error: io::Error| {
            Problem::new(
                root.display().to_string(),
                "the scratch workspace cannot be written",
            )
            .found(error.to_string())
        };
        fs::create_dir_all(&root).map_err(fail)?;
        let members: Vec<String> = packages
            .iter()
            .map(|package| format!("{:?}", package.name))
            .collect();
        put(
            &root.join("Cargo.toml"),
            format!(
                "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[profile.dev]\ndebug = false\nincremental = false\n",
                members.join(", ")
            ),
        )
        .map_err(fail)?;
        // The versions that the package is built with where it stands.
        let lock = packages[0].folder.canonicalize().map_err(fail)?;
        let lock = lock
            .ancestors()
            .map(|folder| folder.join("Cargo.lock"))
            .find(|lock| lock.is_file());
        if let Some(lock) = lock {
            put(
                &root.join("Cargo.lock"),
                &fs::read_to_string(lock).map_err(fail)?,
            )
            .map_err(fail)?;
        }
        let mut copies = Vec::new();
        for package in packages {
            let folder = root.join(&package.name);
            let mut copy = Copy {
                files: Vec::new(),
                folder,
                package,
            };
            copy.write_all().map_err(fail)?;
            copies.push(copy);
        }
        Ok(Workspace { root, copies })
    }
}

impl Copy {
    fn write_all(&mut self) -> io::Result<()> {
        let Copy {
            package, folder, ..
        } = &*self;
        // What the package has beside its sources, as far as a program may need it to build.
        for entry in fs::read_dir(&package.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let known = [
                "Cargo.toml",
                "Cargo.lock",
                "src",
                "target",
                "clean",
                "recording.jsonl",
            ];
            if entry.file_type()?.is_file() && !known.iter().any(|known| name == *known) {
                fs::create_dir_all(folder)?;
                fs::copy(entry.path(), folder.join(name))?;
            }
        }
        put(&folder.join("Cargo.toml"), manifest(package))?;
        // A file that the package no longer has could still be a module of the copy.
        let known = package.sources.iter().map(|(path, _)| path);
        let known: BTreeSet<_> = known
            .chain(package.others.iter().map(|(path, _)| path))
            .collect();
        for top in ["src", CLEAN_FOLDER] {
            prune(&folder.join(top), &|path| {
                let path = path.strip_prefix(folder.join(top)).unwrap_or(path);
                let path = format!("src/{}", path.display()).replace('\\', "/");
                known.contains(&path)
            })?;
        }
        for (path, bytes) in &package.others {
            put(&folder.join(path), bytes)?;
            put(&folder.join(path.replacen("src", CLEAN_FOLDER, 1)), bytes)?;
        }
        for (path, text) in &package.sources {
            let clean = folder.join(path.replacen("src", CLEAN_FOLDER, 1));
            // What is no Rust cannot be linked to, and its author should read nothing of it.
            if path == MAIN && syn::parse_file(text).is_ok() {
                // On the last line, so that it moves no other.
                let link = " extern crate recorder_linked as _;";
                put(&clean, format!("{}{link}\n", text.trim_end()))?;
            } else {
                put(&clean, text)?;
            }
        }
        self.files = self
            .package
            .sources
            .iter()
            .map(|_| File {
                instrumented: Instrumented::default(),
                except: BTreeSet::new(),
            })
            .collect();
        self.instrument()
    }

    /// Writes the sources with the calls in them, but not into the functions that are excepted.
    pub(crate) fn instrument(&mut self) -> io::Result<()> {
        let mut sites = 0;
        for ((path, text), file) in self.package.sources.iter().zip(&mut self.files) {
            // What is no Rust is left for the compiler to complain of.
            file.instrumented = instrument(text, sites, &file.except)
                .unwrap_or_else(|_| Instrumented::unchanged(text));
            sites += file.instrumented.places.len();
            let mut new = file.instrumented.text.clone();
            if path == MAIN && syn::parse_file(text).is_ok() {
                new = format!("{} extern crate recorder_linked as _;\n", new.trim_end());
            }
            put(&self.folder.join(path), &new)?;
        }
        Ok(())
    }
}

/// The package's manifest with the linked crate and the clean program added.
fn manifest(package: &Package) -> String {
    // A package that stands alone may say so; here it does not.
    let mut text: String = package
        .manifest
        .lines()
        .filter(|line| line.trim() != "[workspace]")
        .map(|line| format!("{line}\n"))
        .collect();
    let linked = Path::new(env!("CARGO_MANIFEST_DIR")).join("linked");
    let features = if package.uses_tokio() {
        "\"tokio\""
    } else {
        ""
    };
    text.push_str(&format!(
        "\n[dependencies.recorder-linked]\npath = {:?}\nfeatures = [{features}]\n\n[[bin]]\nname = \"{}{CLEAN}\"\npath = \"clean/main.rs\"\n",
        linked.display().to_string(),
        package.name,
    ));
    text
}

/// Writes a file if it is not the same already: cargo goes by the time.
fn put(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == text.as_ref()) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// Takes away the files below `folder` that are not known.
fn prune(folder: &Path, known: &impl Fn(&Path) -> bool) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            prune(&path, known)?;
        } else if !known(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
