//! A package of the book: where it is, and what its manifest says.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::Table;

/// A folder with a Cargo.toml.
#[derive(Debug, Clone)]
pub struct Package {
    /// Where it is.
    pub folder: PathBuf,
    /// Its name in the manifest; the folder's may be another.
    pub name: String,
    /// `2024`.
    pub edition: String,
    /// What it needs to run, by name.
    pub dependencies: Vec<String>,
}

impl Package {
    /// Reads the manifest of the package in `folder`.
    ///
    /// # Errors
    ///
    /// When there is none, it is no TOML, or it does not give the package's name and edition.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
        let manifest: Table = manifest.parse().map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = manifest[..at.min(manifest.len())].matches('\n').count() + 1;
            let why = error.message();
            io::Error::other(format!("its Cargo.toml, line {line}: {why}"))
        })?;
        let said = |key: &str| {
            let value = manifest.get("package").and_then(|package| package.get(key));
            let text = value.and_then(|value| value.as_str());
            text.map(str::to_owned)
                .ok_or_else(|| io::Error::other(format!("its Cargo.toml gives no {key}")))
        };
        let dependencies = manifest.get("dependencies").and_then(|it| it.as_table());
        Ok(Package {
            folder: folder.to_owned(),
            name: said("name")?,
            edition: said("edition")?,
            dependencies: dependencies
                .into_iter()
                .flat_map(|table| table.keys().cloned())
                .collect(),
        })
    }
}
