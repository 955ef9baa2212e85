//! What mdBook starts: `mdbook-page supports RENDERER`, or the book as JSON on stdin.

use std::env;
use std::io;
use std::process::ExitCode;

use mdbook_page::Page;
use mdbook_preprocessor::errors::Result;
use mdbook_preprocessor::{Preprocessor, parse_input};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [first, renderer] = &arguments[..]
        && first == "supports"
    {
        return match Page.supports_renderer(renderer) {
            Ok(true) => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        };
    }
    match add() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn add() -> Result<()> {
    let (context, book) = parse_input(io::stdin())?;
    let book = Page.run(&context, book)?;
    serde_json::to_writer(io::stdout(), &book)?;
    Ok(())
}
