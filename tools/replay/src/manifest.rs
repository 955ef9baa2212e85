//! What a listing says about itself: the part of `[package.metadata.book]` in its Cargo.toml that
//! concerns the page. The tests of a book read the same table for more than that.
//!
//! ```toml
//! [package.metadata.book]
//! what-if = { of = "example-3", change = "swap the awaits", watch = "Which line comes last." }
//! may-be-missing = ["Done with 2"]
//! ```

use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::Value;

use problem::Problem;

/// The keys that let the lines of an output come in another order.
const VARIES: [&str; 2] = ["order", "before"];

/// What concerns the page. The default: nothing special.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// Whose what-if the listing is, if it is one.
    pub what_if: Option<WhatIf>,
    /// Whether its lines may come in another order than the page shows.
    pub varies: bool,
    /// Lines that need not be printed in every run.
    pub may_be_missing: Vec<String>,
}

/// A listing that differs from another by one change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhatIf {
    /// The listing that it changes.
    pub of: String,
    /// The change in a few words, as in “swap the awaits”.
    pub change: String,
    /// A sentence about what to look at, if that needs saying.
    pub watch: Option<String>,
}

impl Declared {
    /// Reads the Cargo.toml of the listing in `folder`, a path from the book's `root`. One that is
    /// not there says nothing.
    ///
    /// # Errors
    ///
    /// When the file is no TOML, or what it says of a what-if cannot be understood.
    pub fn read(root: &Path, folder: &str) -> Result<Self, Problem> {
        let file = format!("{folder}/Cargo.toml");
        let Ok(text) = fs::read_to_string(root.join(&file)) else {
            return Ok(Declared::default());
        };
        // Nothing here can be about the page. What else is wrong with it, cargo says.
        if !text.contains("metadata") {
            return Ok(Declared::default());
        }
        let manifest: toml::Table = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text[..at.min(text.len())].matches('\n').count() + 1;
            Problem::new(format!("{file}:{line}"), "this file cannot be read")
                .expected("TOML")
                .found(error.message())
        })?;
        let path = ["package", "metadata", "book"];
        let table = path
            .iter()
            .try_fold(&Value::Table(manifest), |table, key| table.get(key))
            .cloned();
        let get = |key: &str| table.as_ref().and_then(|table| table.get(key)).cloned();
        let what_if = get("what-if").map(Value::try_into).transpose();
        let what_if = what_if.map_err(|error| {
            Problem::new(&file, "this what-if cannot be understood")
                .expected("what-if = { of = \"LISTING\", change = \"..\", watch = \"..\" }")
                .found(error.message())
        })?;
        let missing = get("may-be-missing").map(Value::try_into);
        Ok(Declared {
            what_if,
            varies: VARIES.iter().any(|key| get(key).is_some()),
            may_be_missing: missing.and_then(Result::ok).unwrap_or_default(),
        })
    }
}
