//! A package alone in a folder outside the book, as a reader has it who copied it.
//!
//! Cargo looks at where a package is and how old its files are, so a new copy is compiled anew; and
//! two copies of one name are the same package to it, so the second may be taken for the first. Here
//! each has the same folder every time, and what decides whether its files look changed is what they
//! hold: if the last build in that target folder was of that, byte for byte, they are old, else they
//! are new. All else that a build depends on (the compiler, its flags, the dependencies) cargo judges
//! itself.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Files by their paths from the package's folder.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A package's copy, until it is dropped. Nobody else has one of the same package for the same
/// target folder meanwhile, in this process or another.
#[derive(Debug)]
pub struct Standalone {
    folder: PathBuf,
    /// Holds the digest of the files that were built last.
    marker: PathBuf,
    digest: String,
    _lock: File,
}

impl Standalone {
    /// Writes `files` to an empty folder. `package` is their package's name, `target` the folder that
    /// cargo will build it in. Where several versions of a package are built in one target folder, in
    /// turn, each is compiled each time.
    ///
    /// # Errors
    ///
    /// When the files or the marks below `target` cannot be written.
    pub fn new(package: &str, files: &Files, target: &Path) -> io::Result<Standalone> {
        let marks = target.join("standalone");
        fs::create_dir_all(&marks)?;
        let lock = File::create(marks.join(format!("{package}.lock")))?;
        lock.lock()?;
        let folder = env::temp_dir().join(format!("checks-{}-{package}", digest(&target)));
        let copy = Standalone {
            marker: marks.join(format!("{package}.built")),
            digest: digest(&(&folder, files)),
            folder,
            _lock: lock,
        };
        let built = fs::read_to_string(&copy.marker).unwrap_or_default();
        let unchanged = built == copy.digest;
        if !unchanged {
            // If nothing is built now, the next copy must look changed too.
            fs::write(&copy.marker, "")?;
        }
        // One that was killed may have left it.
        if copy.folder.exists() {
            fs::remove_dir_all(&copy.folder)?;
        }
        fs::create_dir(&copy.folder)?;
        for (path, bytes) in files {
            let path = copy.folder.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&copy.folder))?;
            fs::write(&path, bytes)?;
            if unchanged {
                let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
                File::options()
                    .write(true)
                    .open(&path)?
                    .set_modified(long_ago)?;
            }
        }
        Ok(copy)
    }

    /// The copy's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Says that cargo has built the package without an error: the same files need not be built
    /// again.
    ///
    /// # Errors
    ///
    /// When the mark cannot be written.
    pub fn mark_built(&self) -> io::Result<()> {
        fs::write(&self.marker, &self.digest)
    }
}

impl Drop for Standalone {
    fn drop(&mut self) {
        // What is left is in the system's folder for that, and is removed when it is next needed.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// All files below `folder`, without `target`.
///
/// # Errors
///
/// When one cannot be read.
pub fn files_below(folder: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    add(folder, Path::new(""), &mut files)?;
    Ok(files)
}

fn add(root: &Path, folder: &Path, files: &mut Files) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if !entry.path().is_dir() {
            files.insert(path, fs::read(entry.path())?);
        } else if entry.file_name() != "target" {
            add(root, &path, files)?;
        }
    }
    Ok(())
}

/// 128 bits, so that two different things have never the same by accident.
fn digest(of: &impl Hash) -> String {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, of).hash(&mut hasher);
        hasher.finish()
    };
    format!("{:016x}{:016x}", half(0), half(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(prints: &str) -> Files {
        let manifest = "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        let main = format!("fn main() {{\n    println!(\"{prints}\");\n}}\n");
        Files::from([
            ("Cargo.toml".into(), manifest.into()),
            ("src/main.rs".into(), main.into()),
        ])
    }

    /// What cargo says, and what the program prints, in a copy of `files`.
    fn build(files: &Files, target: &Path) -> (String, String) {
        let copy = Standalone::new("one", files, target).unwrap();
        let mut cargo = crate::cargo::cargo();
        cargo.args(["run", "--target-dir"]).arg(target);
        let output = cargo.current_dir(copy.folder()).output().unwrap();
        if output.status.success() {
            copy.mark_built().unwrap();
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stderr), text(&output.stdout))
    }

    #[test]
    fn only_what_has_changed_is_built_again() {
        let target = tempfile::tempdir().unwrap();
        let target = target.path();
        let compiled = |said: &str| said.contains("Compiling one");
        let (said, printed) = build(&program("a"), target);
        assert!(compiled(&said) && printed == "a\n", "{said}");
        let (said, printed) = build(&program("a"), target);
        assert!(!compiled(&said) && printed == "a\n", "{said}");
        let (said, printed) = build(&program("b"), target);
        assert!(compiled(&said) && printed == "b\n", "{said}");
        let (said, printed) = build(&program("a"), target);
        assert!(compiled(&said) && printed == "a\n", "{said}");
        let mut alone = program("a");
        alone.remove(Path::new("src/main.rs"));
        assert_eq!(build(&alone, target).1, "");
    }

    #[test]
    fn what_was_never_built_looks_new() {
        let target = tempfile::tempdir().unwrap();
        let target = target.path();
        build(&program("a"), target);
        // A copy that nobody built, as when the test is ended in between.
        drop(Standalone::new("one", &program("b"), target).unwrap());
        assert_eq!(build(&program("b"), target).1, "b\n");
        let broken = program("{");
        assert_eq!(build(&broken, target).1, "");
        assert_eq!(build(&broken, target).1, "");
    }

    #[test]
    fn a_copy_leaves_nothing_behind() {
        let target = tempfile::tempdir().unwrap();
        let copy = Standalone::new("one", &program("a"), target.path()).unwrap();
        let folder = copy.folder().to_owned();
        assert_eq!(files_below(&folder).unwrap(), program("a"));
        drop(copy);
        assert!(!folder.exists());
    }
}
