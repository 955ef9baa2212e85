//! What cargo says of the copies: their programs, and what they depend on.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use cargo_metadata::{Metadata, Package, PackageId, Target};
use problem::Problem;

use crate::record::Options;
use crate::scratch::{Copied, Kind, Workspace};
use crate::tree;

/// What there is to build in a package.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    /// The program's name.
    pub program: String,
    /// The files from the package's folder at which a crate begins that is to be recorded: the
    /// program's first, then that of the package's library.
    pub roots: Vec<PathBuf>,
    /// Whether Tokio is among the dependencies, or the dependencies of those.
    pub tokio: bool,
    pub edition: String,
    pub version: String,
}

/// Asks cargo.
pub(crate) fn find(workspace: &mut Workspace, options: &Options) -> Result<(), Problem> {
    let all = workspace.copies.iter();
    // Only where somebody may depend on Tokio who does not say so, all dependencies are looked up.
    let deep = all
        .clone()
        .any(|copy| !copy.targets.tokio && copy.package.manifest.has_dependencies());
    let answer = if deep {
        ask(workspace, true)?
    } else {
        ask_once(workspace)?
    };
    let metadata = serde_json::from_str::<Metadata>(&answer)
        .map_err(|error| refused(&workspace.copies[0], &error.to_string()))?;
    for copy in &mut workspace.copies {
        let package = package(&metadata, copy)?;
        copy.targets.tokio |= deep && depends_on_tokio(&metadata, &package.id);
        copy.targets.edition = package.edition.to_string();
        copy.targets.version = package.version.to_string();
        let program = program(package, copy, options)?;
        copy.targets.program = program.name.clone();
        copy.targets.roots = roots(package, program);
        if !program.src_path.is_file() {
            return Err(no_program(copy));
        }
    }
    Ok(())
}

/// A copy's package, as cargo knows it.
fn package<'a>(metadata: &'a Metadata, copy: &Copied) -> Result<&'a Package, Problem> {
    let manifest = copy.folder(Kind::Empty).join("Cargo.toml");
    let package = metadata.packages.iter().find(|package| {
        let known = package.manifest_path.as_std_path();
        known == manifest || known.canonicalize().ok() == manifest.canonicalize().ok()
    });
    package.ok_or_else(|| refused(copy, "no such package"))
}

/// The program that is asked for, or the only one.
fn program<'a>(
    package: &'a Package,
    copy: &Copied,
    options: &Options,
) -> Result<&'a Target, Problem> {
    let programs = package.targets.iter();
    let programs: Vec<_> = programs.filter(|target| target.is_bin()).collect();
    let names: BTreeSet<&str> = programs.iter().map(|target| &*target.name).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let shown = copy.package.folder.display().to_string();
    let named = options.program.as_ref().or(package.default_run.as_ref());
    match (named, &programs[..]) {
        (_, []) => Err(no_program(copy)),
        (Some(named), programs) => {
            let program = programs.iter().find(|target| target.name == *named);
            program.copied().ok_or_else(|| {
                Problem::new(&shown, "this package has no program of that name")
                    .expected(names)
                    .found(named)
            })
        }
        (None, [program]) => Ok(program),
        (None, [first, ..]) => Err(Problem::new(&shown, "this package has several programs")
            .expected("the name of one of them")
            .found(&names)
            .help(format!("`recorder {shown} --bin {}`", first.name))),
    }
}

/// The files at which a crate begins that is to be recorded, from the package's folder: the program's,
/// and that of the package's library. A library that the compiler runs is no part of the program.
fn roots(package: &Package, program: &Target) -> Vec<PathBuf> {
    let mut targets = package.targets.iter();
    let library = targets.find(|target| target.is_lib() || target.is_rlib());
    let folder = package.manifest_path.parent();
    [Some(program), library]
        .into_iter()
        .flatten()
        .filter_map(|target| {
            let path = target.src_path.strip_prefix(folder?).ok()?;
            Some(PathBuf::from(tree::slashes(path.as_std_path())))
        })
        .collect()
}

/// What cargo answers about a workspace of empty files; `deep`, also about what its packages depend
/// on.
fn ask(workspace: &Workspace, deep: bool) -> Result<String, Problem> {
    let folder = workspace.folder(Kind::Empty);
    let mut command = checks::cargo::cargo();
    command
        .current_dir(&folder)
        .args(["metadata", "--format-version", "1", "--color=never"])
        .stdin(Stdio::null());
    if !deep {
        command.arg("--no-deps");
    }
    let output = command.output().map_err(|error| {
        Problem::new(folder.display().to_string(), "cargo cannot be started")
            .found(error.to_string())
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(refused(&workspace.copies[0], &said));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The same, without asking again while the packages' Cargo.toml and the names of their files are
/// what they were.
fn ask_once(workspace: &Workspace) -> Result<String, Problem> {
    let folder = workspace.folder(Kind::Empty);
    let [question, answer] = ["question", "answer"].map(|name| folder.join(name));
    let copies = workspace.copies.iter();
    let asked: String = copies.map(|copy| copy.outline(Kind::Empty)).collect();
    if fs::read_to_string(&question).is_ok_and(|known| known == asked)
        && let Ok(known) = fs::read_to_string(&answer)
    {
        return Ok(known);
    }
    let told = ask(workspace, false)?;
    let remembered = tree::remove(&question)
        .and_then(|()| tree::put(&answer, &told))
        .and_then(|()| tree::put(&question, &asked));
    remembered.map_err(|error| {
        Problem::new(folder.display().to_string(), "this cannot be written")
            .found(error.to_string())
    })?;
    Ok(told)
}

fn no_program(copy: &Copied) -> Problem {
    Problem::new(
        copy.package.folder.display().to_string(),
        "this package has no program",
    )
    .expected("src/main.rs, or a [[bin]] in its Cargo.toml")
    .found("none")
}

/// What cargo says when it does not take a package.
fn refused(copy: &Copied, said: &str) -> Problem {
    if said.contains("no targets specified in the manifest") {
        return no_program(copy);
    }
    let folder = copy.package.folder.display().to_string();
    let empty = copy.folder(Kind::Empty);
    Problem::new(&folder, "cargo does not build this package").shown(
        "cargo says",
        said.replace(&*empty.to_string_lossy(), &folder),
    )
}

fn depends_on_tokio(metadata: &Metadata, package: &PackageId) -> bool {
    let nodes = metadata.resolve.as_ref().map_or(&[][..], |it| &it.nodes);
    let mut waiting = vec![package];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        let name = metadata.packages.iter().find(|package| package.id == *id);
        if name.is_some_and(|package| package.name == "tokio") {
            return true;
        }
        if seen.insert(id) {
            let node = nodes.iter().find(|node| node.id == *id);
            waiting.extend(node.into_iter().flat_map(|node| &node.dependencies));
        }
    }
    false
}
