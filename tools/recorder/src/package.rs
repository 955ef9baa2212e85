//! A package that is to be recorded, as it stands in its folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use problem::Problem;

use crate::manifest::Manifest;
use crate::tree;

/// A package's folder and what is in it. Nothing is ever written there.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    /// As it was given: what messages call it.
    pub folder: PathBuf,
    /// The same, wherever this program stands.
    pub place: PathBuf,
    pub name: String,
    pub manifest: Manifest,
}

impl Package {
    pub(crate) fn open(folder: &Path) -> Result<Package, Problem> {
        let shown = folder.display().to_string();
        let place = folder.canonicalize().map_err(|error| {
            Problem::new(&shown, "there is no package here")
                .expected("a folder with a Cargo.toml")
                .found(error.to_string())
        })?;
        let manifest = Manifest::open(&place, &shown)?;
        Ok(Package {
            folder: folder.to_owned(),
            place,
            name: manifest.name.clone(),
            manifest,
        })
    }

    /// What messages call a file of the package's, or of its surroundings.
    pub(crate) fn shown(&self, file: &Path) -> String {
        let shown = match file.strip_prefix(&self.place) {
            Ok(path) => self.folder.join(path),
            Err(_) => file.to_owned(),
        };
        shown.display().to_string()
    }

    /// What a recording's header says of it: changes when what stands below `src/`, a source that
    /// stands elsewhere or the Cargo.toml does, and with nothing else.
    pub(crate) fn hash(&self, sources: &[(PathBuf, String)]) -> io::Result<String> {
        let mut files = BTreeMap::new();
        let src = self.place.join("src");
        if src.is_dir() {
            for path in tree::files(&src)? {
                let bytes = fs::read(src.join(&path))?;
                files.insert(format!("src/{}", tree::slashes(&path)), bytes);
            }
        }
        for (path, text) in sources {
            if !path.starts_with(&src) {
                let path = path.strip_prefix(&self.place).unwrap_or(path);
                files.insert(tree::slashes(path), text.clone().into_bytes());
            }
        }
        Ok(sum(&self.manifest.text, &files))
    }
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
