//! A link that opens a program in the Rust Playground.

use std::fs;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::package::Package;

/// What the Playground has of what async programs use; it offers the hundred most downloaded crates
/// and their dependencies (its `compiler/base/Cargo.toml`).
const CRATES: [&str; 5] = ["futures", "rayon", "tokio", "tokio-stream", "tokio-util"];

/// The address, or `None` if the program cannot run there: it is not in one file, or needs a crate
/// that the Playground has not.
pub fn link(package: &Package) -> Option<String> {
    let mut needed = package.dependencies.iter();
    if !needed.all(|name| CRATES.contains(&name.as_str())) {
        return None;
    }
    let src = package.folder.join("src");
    if src.read_dir().ok()?.count() != 1 {
        return None;
    }
    let program = fs::read_to_string(src.join("main.rs")).ok()?;
    Some(format!(
        "https://play.rust-lang.org/?version=stable&mode=debug&edition={}&code={}",
        package.edition,
        utf8_percent_encode(&program, NON_ALPHANUMERIC)
    ))
}
