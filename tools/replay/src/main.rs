//! What mdBook starts. For who reads a recording beside its program: `mdbook-replay words RECORDING`.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use mdbook_replay::{Replay, steps, words};
use problem::Problem;
use recording::Damage;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [first, file] = &arguments[..] else {
        return preprocessor::main(&[&Replay]);
    };
    if first != "words" {
        return preprocessor::main(&[&Replay]);
    }
    match tell(file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the run in the recording `file` in words.
fn tell(file: &str) -> Result<(), Box<dyn Error>> {
    let problem = |damage: Damage| {
        Problem::new(damage.place(file), "this recording cannot be told")
            .expected(damage.expected)
            .found(damage.found)
            .help("record it again: `cargo run -p recorder -- DIR`")
    };
    let recording = recording::read(Path::new(file)).map_err(problem)?;
    let run = steps::steps(&recording).map_err(problem)?;
    io::stdout().write_all(words::words(&recording, &run).as_bytes())?;
    Ok(())
}
