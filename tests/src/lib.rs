//! What the promises have in common: where the book is, the tools that some of them need, the
//! rendered pages, and what is said of this book's chapters.
//!
//! Each file beside this folder is one promise that the book makes about itself, and a test
//! target of that name: `cargo test --test outputs`. What can be said about any book is in
//! `checks`; here is what is said about this one.

pub mod chapters;
pub mod messages;
pub mod site;
pub mod tool;
pub mod truths;

use std::path::Path;

/// Whether `cargo bench` runs this bench. `cargo test --all-targets` runs it too, to see that it
/// starts, and only the first says so.
pub fn is_bench() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// The folder of book.toml.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests are in a folder of the book's")
}
