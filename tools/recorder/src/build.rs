//! Building the copies with Tokio's instrumentation on.

use std::collections::BTreeMap;
use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::scratch::Workspace;

/// What a build made.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// Executables, by their name.
    pub programs: BTreeMap<String, PathBuf>,
    /// The compiler's errors, by the name of the program.
    pub errors: BTreeMap<String, Vec<Complaint>>,
    /// What cargo itself said.
    pub cargo: String,
    /// Tokio's version, where it was built.
    pub tokio: Option<String>,
}

/// An error of the compiler's.
#[derive(Debug)]
pub(crate) struct Complaint {
    pub words: String,
    /// The file and the byte that it points at.
    pub at: Vec<(String, usize)>,
}

/// Builds all programs of a scratch workspace into `target`. Progress goes to stderr.
pub(crate) fn build(workspace: &Workspace, target: &Path) -> io::Result<Built> {
    if !target.is_dir() {
        eprintln!("building what recorded programs are linked with (once; under a minute)");
    }
    let output = checks::cargo::cargo()
        .current_dir(&workspace.root)
        .args([
            "build",
            "--workspace",
            "--bins",
            "--keep-going",
            "--color=never",
        ])
        .args(["--message-format=json", "--target-dir"])
        .arg(target)
        // For this build alone: no reader ever needs it.
        .env("CARGO_ENCODED_RUSTFLAGS", flags())
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    let mut built = Built {
        cargo: String::from_utf8_lossy(&output.stderr).into_owned(),
        ..Built::default()
    };
    for line in output.stdout.split(|byte| *byte == b'\n') {
        if let Ok(message) = serde_json::from_slice::<Value>(line) {
            hear(&mut built, &message);
        }
    }
    Ok(built)
}

fn hear(built: &mut Built, message: &Value) {
    let name = message["target"]["name"].as_str().unwrap_or_default();
    if let Some(program) = message["executable"].as_str() {
        built.programs.insert(name.to_owned(), program.into());
    }
    let package = message["package_id"].as_str().unwrap_or_default();
    if name == "tokio"
        && let Some((_, version)) = package.rsplit_once('@')
    {
        built.tokio = Some(version.to_owned());
    }
    let said = &message["message"];
    if said["level"] != "error" {
        return;
    }
    let mut at = Vec::new();
    for span in said["spans"].as_array().into_iter().flatten() {
        // From inside a macro out to where it is called.
        let mut span = Some(span);
        while let Some(here) = span {
            if let (Some(file), Some(byte)) =
                (here["file_name"].as_str(), here["byte_start"].as_u64())
            {
                at.push((file.replace('\\', "/"), byte as usize));
            }
            span = here["expansion"].get("span");
        }
    }
    built
        .errors
        .entry(name.to_owned())
        .or_default()
        .push(Complaint {
            words: said["rendered"].as_str().unwrap_or_default().to_owned(),
            at,
        });
}

/// The flags that cargo would give the compiler, with ours: Tokio's instrumentation is unstable,
/// and a lint must not refuse what was inserted.
fn flags() -> String {
    const SEPARATOR: &str = "\u{1f}";
    let inherited = env::var("CARGO_ENCODED_RUSTFLAGS").ok().or_else(|| {
        let flags = env::var("RUSTFLAGS").ok()?;
        Some(flags.split_whitespace().collect::<Vec<_>>().join(SEPARATOR))
    });
    let ours = ["--cfg", "tokio_unstable", "--cap-lints", "warn"];
    let flags = inherited
        .as_deref()
        .into_iter()
        .flat_map(|flags| flags.split(SEPARATOR));
    flags
        .filter(|flag| !flag.is_empty())
        .chain(ours)
        .collect::<Vec<_>>()
        .join(SEPARATOR)
}
