//! What mdBook starts: `mdbook-replay supports RENDERER`, or the book as JSON on stdin. For who reads a
//! recording beside its program: `mdbook-replay words RECORDING`.

use std::env;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use mdbook_preprocessor::errors::Result;
use mdbook_preprocessor::{Preprocessor, parse_input};
use mdbook_replay::problem::Problem;
use mdbook_replay::{Replay, steps, words};
use recording::Damage;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [first, renderer] = &arguments[..]
        && first == "supports"
    {
        return match Replay.supports_renderer(renderer) {
            Ok(true) => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        };
    }
    let done = match &arguments[..] {
        [first, file] if first == "words" => tell(file),
        _ => expand(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn expand() -> Result<()> {
    let (context, book) = parse_input(io::stdin())?;
    let book = Replay.run(&context, book)?;
    serde_json::to_writer(io::stdout(), &book)?;
    Ok(())
}

/// Prints the run in the recording `file` in words.
fn tell(file: &str) -> Result<()> {
    let problem = |damage: Damage| {
        let place = match damage.line {
            0 => file.to_owned(),
            line => format!("{file}:{line}"),
        };
        Problem::new(place, "this recording cannot be told")
            .expected(damage.expected)
            .found(damage.found)
            .help("record it again: `cargo run -p recorder -- DIR`")
    };
    let recording = recording::read(Path::new(file)).map_err(problem)?;
    let run = steps::steps(&recording).map_err(problem)?;
    io::stdout().write_all(words::words(&recording, &run).as_bytes())?;
    Ok(())
}
