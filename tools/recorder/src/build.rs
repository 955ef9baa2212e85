//! Building the copies with Tokio's instrumentation on.

use std::collections::BTreeMap;
use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};
use cargo_metadata::{Message, Target};

use crate::scratch::{Copied, Kind, Workspace};

/// What a build made.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// Executables, by their package's name.
    pub programs: BTreeMap<String, PathBuf>,
    /// The compiler's errors, by the package's name.
    pub errors: BTreeMap<String, Vec<Complaint>>,
    /// The compiler's errors about what the packages depend on.
    pub elsewhere: Vec<String>,
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

/// Builds the programs of those `copies` that a workspace of that kind holds. What they depend on is
/// built below `scratch`, once for all.
pub(crate) fn build(
    workspace: &Workspace,
    kind: Kind,
    copies: &[&Copied],
    scratch: &Path,
) -> io::Result<Built> {
    let shared = scratch.join("build");
    if !shared.is_dir() {
        eprintln!("building what recorded programs are linked with (once; under a minute)");
    }
    let folder = workspace.folder(kind);
    let mut command = checks::cargo::cargo();
    command
        .current_dir(&folder)
        .args(["build", "--keep-going", "--color=never"])
        .args(["--message-format=json", "--target-dir"])
        .arg(folder.join("target"))
        .env("CARGO_BUILD_BUILD_DIR", shared)
        // For this build alone: no reader ever needs it.
        .env("CARGO_ENCODED_RUSTFLAGS", flags());
    for copy in copies {
        command.args(["-p", &copy.package.name, "--bin", &copy.targets.program]);
    }
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    let mut built = Built {
        cargo: String::from_utf8_lossy(&output.stderr).into_owned(),
        ..Built::default()
    };
    let whose = |target: &Target| {
        let path = target.src_path.as_std_path();
        let copy = copies
            .iter()
            .find(|copy| path.starts_with(copy.folder(kind)));
        copy.map(|copy| copy.package.name.clone())
    };
    for message in Message::parse_stream(&output.stdout[..]).map_while(Result::ok) {
        match message {
            Message::CompilerArtifact(artifact) => {
                if artifact.target.name == "tokio"
                    && let Some((_, version)) = artifact.package_id.repr.rsplit_once('@')
                {
                    built.tokio = Some(version.to_owned());
                }
                if let (Some(name), Some(program)) = (whose(&artifact.target), artifact.executable)
                {
                    built.programs.insert(name, program.into());
                }
            }
            Message::CompilerMessage(said) if said.message.level == DiagnosticLevel::Error => {
                match whose(&said.target) {
                    Some(name) => built
                        .errors
                        .entry(name)
                        .or_default()
                        .push(complaint(&said.message)),
                    None => built.elsewhere.extend(said.message.rendered),
                }
            }
            _ => {}
        }
    }
    Ok(built)
}

fn complaint(said: &Diagnostic) -> Complaint {
    let mut at = Vec::new();
    for span in &said.spans {
        // From inside a macro out to where it is called.
        let mut span = Some(span);
        while let Some(here) = span {
            at.push((here.file_name.replace('\\', "/"), here.byte_start as usize));
            span = here.expansion.as_ref().map(|expansion| &expansion.span);
        }
    }
    Complaint {
        words: said.rendered.clone().unwrap_or_default(),
        at,
    }
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
