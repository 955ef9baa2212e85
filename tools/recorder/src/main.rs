//! `cargo run -p recorder -- DIR`: records the package in DIR.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use lexopt::{Arg, Parser, ValueExt};
use problem::Problem;
use recorder::Options;
use recording::Happening;

const USAGE: &str = "\
Runs the program of the package in DIR and writes down what happens in it.

recorder DIR [--out FILE] [--bin NAME] [--limit SECONDS]
             [--features LIST] [--no-default-features]

  --out FILE             where the recording goes (DIR/recording.jsonl)
  --bin NAME             which program, of a package that has several
  --limit SECONDS        the program is ended after this long (60); what it did until then is kept
  --features LIST        features of the package that are turned on, with commas between them
  --no-default-features  its default features are not
";

/// What is asked for.
struct Asked {
    folder: PathBuf,
    out: PathBuf,
    options: Options,
}

fn main() -> ExitCode {
    let done = match asked() {
        Ok(Some(asked)) => record(asked),
        Ok(None) => {
            print!("{USAGE}");
            Ok(())
        }
        Err(error) => Err(Problem::new("recorder", "this cannot be done")
            .expected("`recorder DIR`; `recorder --help` says what else there is")
            .found(error.to_string())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn asked() -> Result<Option<Asked>, lexopt::Error> {
    let mut options = Options::new();
    let (mut folder, mut out) = (None, None);
    let mut arguments = Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Long("out") => out = Some(PathBuf::from(arguments.value()?)),
            Arg::Long("bin") => options.program = Some(arguments.value()?.string()?),
            Arg::Long("limit") => {
                let seconds = arguments.value()?.parse_with(|text| {
                    let seconds = text.parse::<f64>().map_err(|error| error.to_string())?;
                    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
                })?;
                options.limits.time = seconds;
            }
            Arg::Long("features") => {
                let list = arguments.value()?.string()?;
                let names = list.split([',', ' ']).filter(|name| !name.is_empty());
                options.features.extend(names.map(str::to_owned));
            }
            Arg::Long("no-default-features") => options.default_features = false,
            Arg::Value(value) if folder.is_none() => folder = Some(PathBuf::from(value)),
            other => return Err(other.unexpected()),
        }
    }
    let folder = folder.ok_or("no folder")?;
    Ok(Some(Asked {
        out: out.unwrap_or_else(|| folder.join("recording.jsonl")),
        folder,
        options,
    }))
}

fn record(asked: Asked) -> Result<(), Problem> {
    let Asked {
        folder,
        out,
        options,
    } = asked;
    let recorded = recorder::record(&[folder], &options);
    let recorded = recorded.into_iter().next().expect("a result a folder")?;
    recording::write(&out, &recorded.recording).map_err(|error| {
        Problem::new(out.display().to_string(), "the recording cannot be written")
            .found(error.to_string())
    })?;
    let events = recorded.recording.events.len();
    eprintln!("{}: {events} events", out.display());
    for name in &recorded.left_alone {
        eprintln!(
            "nothing is recorded inside `{name}`: it is not understood, or what is inserted does not compile there"
        );
    }
    if let Some(late) = recorded.recording.header.late {
        eprintln!(
            "the machine was late by {:.2} s, and so may be what the program printed as a time: record it again when the machine has less to do",
            late as f64 / 1000.0
        );
    }
    if let Some(tie) = recording::tie(&recorded.recording) {
        eprintln!(
            "another run may do this in another order: {tie}; 100 ms apart, they would keep theirs"
        );
    }
    let last = recorded.recording.events.last();
    if let Some(Happening::Exit { code, cut, differs }) = last.map(|event| &event.what) {
        match (cut, code) {
            (Some(cut), _) => eprintln!("the recording was cut off: {cut}"),
            (None, Some(0)) => {}
            (None, Some(code)) => eprintln!("the program ended with exit code {code}"),
            (None, None) => eprintln!("the program was ended by a signal"),
        }
        if !differs.is_empty() {
            eprintln!(
                "run with nothing inserted, the program differed in: {}",
                differs.join(", ")
            );
        }
    }
    Ok(())
}
