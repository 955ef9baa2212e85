//! What a listing says about itself: the table `[package.metadata.book]` of its Cargo.toml.
//!
//! ```toml
//! [package.metadata.book]
//! # Whose what-if it is, what it changes there, and what the reader should look at.
//! what-if = { of = "example-3", change = "swap the awaits", watch = "which line comes last" }
//! # Why it has no recording, where it has none on purpose.
//! recording = "one run of many"
//! ```
//!
//! What may vary in its output stands in the same table: see [`crate::order`].

use serde::Deserialize;

use crate::order::{Order, Variation};

/// A listing's `[package.metadata.book]`. The default: nothing special about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Keys")]
pub(crate) struct Declared {
    /// What may vary in the output.
    pub variation: Variation,
    /// Why the listing has no recording, where it has none on purpose.
    pub unrecorded: Option<String>,
    /// Whose what-if the listing is, if it is one.
    pub what_if: Option<WhatIf>,
}

/// A listing that differs from another by one change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhatIf {
    /// The listing that it changes.
    pub of: String,
    /// The change in a few words, as in “swap the awaits”.
    pub change: String,
    /// What the reader should look at, if that needs saying.
    pub watch: Option<String>,
}

/// The table as it is written: one level, whatever its keys are about.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
struct Keys {
    order: Option<Order>,
    before: Vec<Vec<String>>,
    may_be_missing: Vec<String>,
    recording: Option<String>,
    what_if: Option<WhatIf>,
}

impl From<Keys> for Declared {
    fn from(keys: Keys) -> Self {
        Declared {
            variation: Variation {
                order: keys.order,
                before: keys.before,
                may_be_missing: keys.may_be_missing,
            },
            unrecorded: keys.recording,
            what_if: keys.what_if,
        }
    }
}
