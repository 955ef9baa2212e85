//! [`Replay`], then [`Page`], for a book that has both.
//!
//! mdBook writes the whole book to every program that it starts, a few bytes at a time, and reads it back;
//! and cargo takes a tenth of a second to find that a program need not be built again. Started once, both
//! cost an author half of that at every save.

use std::process::ExitCode;

use mdbook_page::Page;
use mdbook_replay::Replay;

fn main() -> ExitCode {
    preprocessor::main(&[&Replay, &Page])
}
