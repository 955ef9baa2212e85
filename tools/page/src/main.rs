//! What mdBook starts.

use std::process::ExitCode;

use mdbook_page::Page;

fn main() -> ExitCode {
    preprocessor::main(&[&Page])
}
