//! The listings: the packages of the book's cargo workspace that stand below `listings/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;
use serde::Deserialize;

use crate::book::slashes;
use crate::declared::{Declared, WhatIf};
use crate::order::Variation;
use problem::Problem;

/// The folder, from the book's root, whose packages are listings.
pub const FOLDER: &str = "listings";

/// The cargo workspace that a book's programs belong to.
#[derive(Debug)]
pub struct Workspace {
    /// Every listing, by its package's name.
    pub listings: BTreeMap<String, Listing>,
    /// Cargo's target folder.
    pub target: PathBuf,
}

/// A package that the book shows.
#[derive(Debug)]
pub struct Listing {
    /// The package's name, as in `cargo run -p NAME`.
    pub name: String,
    /// Its folder from the book's root, with forward slashes.
    pub folder: String,
    /// What it says about itself.
    declared: Declared,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tables {
    book: Declared,
}

impl Listing {
    /// What may vary in its output from run to run.
    pub fn variation(&self) -> &Variation {
        &self.declared.variation
    }

    /// Why the listing has no recording: `recording = "..."` in its `[package.metadata.book]`.
    pub fn unrecorded(&self) -> Option<&str> {
        self.declared.unrecorded.as_deref()
    }

    /// Whose what-if the listing is: `what-if = { ... }` in its `[package.metadata.book]`.
    pub fn what_if(&self) -> Option<&WhatIf> {
        self.declared.what_if.as_ref()
    }
}

impl Workspace {
    /// Reads the workspace whose Cargo.toml is in `root`.
    ///
    /// # Errors
    ///
    /// When cargo cannot read it (its own words say why), or when a listing's
    /// `[package.metadata.book]` says something that is not known.
    pub fn open(root: &Path) -> Result<Workspace, Problem> {
        let metadata = MetadataCommand::new()
            .current_dir(root)
            .no_deps()
            .exec()
            .map_err(|error| {
                Problem::new("Cargo.toml", "cargo cannot read the workspace")
                    .shown("cargo says", error.to_string())
            })?;
        let mut listings = BTreeMap::new();
        for package in &metadata.packages {
            let folder = package
                .manifest_path
                .parent()
                .map(|path| path.as_std_path());
            let Some(folder) = folder.and_then(|folder| folder.strip_prefix(root).ok()) else {
                continue;
            };
            if !folder.starts_with(FOLDER) {
                continue;
            }
            let folder = slashes(folder);
            let tables: Option<Tables> =
                Deserialize::deserialize(&package.metadata).map_err(|error| {
                    Problem::new(
                        format!("{folder}/Cargo.toml"),
                        "[package.metadata.book] cannot be understood",
                    )
                    .expected(
                        "`order = \"any\"`, `before`, `may-be-missing`, `recording` or `what-if`",
                    )
                    .found(error.to_string())
                })?;
            listings.insert(
                package.name.to_string(),
                Listing {
                    name: package.name.to_string(),
                    folder,
                    declared: tables.unwrap_or_default().book,
                },
            );
        }
        Ok(Workspace {
            listings,
            target: metadata.target_directory.into_std_path_buf(),
        })
    }

    /// The listing of that name.
    ///
    /// # Errors
    ///
    /// When there is none; the message, at `place`, names the closest that exists.
    pub fn listing(&self, name: &str, place: &str) -> Result<&Listing, Problem> {
        self.listings.get(name).ok_or_else(|| {
            let problem = Problem::new(place, "this runs a package that is no listing")
                .expected(format!("a package named `{name}` below {FOLDER}/"));
            match self.closest(name).first() {
                Some(nearest) => problem
                    .found("none of that name")
                    .help(format!("the closest name is `{nearest}`")),
                None => problem
                    .found("no package at all")
                    .help(format!("is `{FOLDER}/*` among the workspace's members?")),
            }
        })
    }

    /// The names of all listings, those that take the fewest edits to become `name` first.
    pub(crate) fn closest(&self, name: &str) -> Vec<&str> {
        let mut names: Vec<_> = self.listings.keys().map(String::as_str).collect();
        names.sort_by_cached_key(|known| strsim::levenshtein(name, known));
        names
    }
}
