//! `cargo run -p recorder -- DIR [--out FILE]`: records the package in DIR.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use checks::problem::Problem;
use recorder::Options;
use recording::Happening;

fn main() -> ExitCode {
    match arguments(env::args_os().skip(1)).and_then(|(folder, out)| record(folder, out)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn arguments(
    mut given: impl Iterator<Item = OsString>,
) -> Result<(PathBuf, Option<PathBuf>), Problem> {
    let wrong = |found: String| {
        Problem::new("recorder", "this cannot be done")
            .expected("`recorder DIR [--out FILE]`, DIR being a package's folder")
            .found(found)
    };
    let mut folder = None;
    let mut out = None;
    while let Some(argument) = given.next() {
        if argument == "--out" {
            let file = given
                .next()
                .ok_or_else(|| wrong("`--out` without a file".to_owned()))?;
            out = Some(PathBuf::from(file));
        } else if argument.to_string_lossy().starts_with('-') || folder.is_some() {
            return Err(wrong(format!("`{}`", argument.to_string_lossy())));
        } else {
            folder = Some(PathBuf::from(argument));
        }
    }
    Ok((folder.ok_or_else(|| wrong("no folder".to_owned()))?, out))
}

fn record(folder: PathBuf, out: Option<PathBuf>) -> Result<(), Problem> {
    let out = out.unwrap_or_else(|| folder.join("recording.jsonl"));
    let recorded = recorder::record(&[folder], &Options::new());
    let recorded = recorded.into_iter().next().expect("a result a folder")?;
    recording::write(&out, &recorded.recording).map_err(|error| {
        Problem::new(out.display().to_string(), "the recording cannot be written")
            .found(error.to_string())
    })?;
    let events = recorded.recording.events.len();
    eprintln!("{}: {events} events", out.display());
    for name in &recorded.left_alone {
        eprintln!(
            "nothing is recorded inside `{name}`: what the recorder inserts does not compile there"
        );
    }
    if let Some(Happening::Exit { code, cut, .. }) =
        recorded.recording.events.last().map(|event| &event.what)
    {
        match (cut, code) {
            (Some(cut), _) => eprintln!("the recording was cut off: {cut}"),
            (None, Some(0)) => {}
            (None, Some(code)) => eprintln!("the program ended with exit code {code}"),
            (None, None) => eprintln!("the program was ended by a signal"),
        }
    }
    Ok(())
}
