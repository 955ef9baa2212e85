//! Workspaces of copies: of the packages with the recorder's calls in them, and of the same packages
//! with nothing inserted.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use problem::Problem;
use toml_edit::{InlineTable, Value};

use crate::instrument::{self, Instrumented};
use crate::modules::Modules;
use crate::package::Package;
use crate::record::Options;
use crate::targets::{self, Targets};
use crate::tree;

/// The folder that the recorder works in: `recorder`, below the target folder that this program
/// was built in.
pub fn scratch() -> PathBuf {
    let exe = env::current_exe().unwrap_or_default();
    let target = exe
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target.map_or_else(
        || env::temp_dir().join("recorder"),
        |target| target.join("recorder"),
    )
}

/// Which of a package's copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// With the calls in it.
    Recorded,
    /// With nothing inserted.
    Clean,
    /// With nothing in its files at all: cargo is asked what there is to build.
    Empty,
}

impl Kind {
    /// The folder of its workspace.
    fn folder(self) -> &'static str {
        match self {
            Kind::Recorded => "recorded",
            Kind::Clean => "clean",
            Kind::Empty => "empty",
        }
    }

    /// What stands before a member's path in its workspace. Cargo tells two packages of one name
    /// apart, which share a build folder, by where they are in their workspaces.
    fn before(self) -> &'static str {
        match self {
            Kind::Recorded => "",
            Kind::Clean => "clean/",
            Kind::Empty => "empty/",
        }
    }
}

/// A package and its copies.
#[derive(Debug)]
pub(crate) struct Copied {
    pub package: Package,
    pub targets: Targets,
    /// Its sources; the one that holds `main` first.
    pub sources: Vec<Source>,
    /// The sources with the calls in them, in the same order.
    pub files: Vec<File>,
    /// The names of the macros that they make.
    pub macros: BTreeSet<String>,
    pub hash: String,
    /// Whether the linked crate is named nowhere, so that what the compiler says of a program that
    /// it does not take is about that program alone.
    unlinked: bool,
    /// The folder that holds all that is copied: the package's, or one above it.
    top: PathBuf,
    /// What is copied, told from there.
    all: BTreeSet<PathBuf>,
    /// The folder that the workspaces stand in.
    root: PathBuf,
}

/// A source file of a package's.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path from the package's folder, with forward slashes.
    pub path: String,
    pub text: String,
    /// Its path from the folder that is copied.
    from_top: PathBuf,
    /// Whether a crate begins here.
    is_root: bool,
}

/// A source file's copy.
#[derive(Debug, Default)]
pub(crate) struct File {
    pub instrumented: Instrumented,
    /// The functions that are to be left alone: the compiler did not like what was inserted.
    pub except: BTreeSet<usize>,
}

/// Cargo workspaces of copies, one a kind.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub root: PathBuf,
    pub copies: Vec<Copied>,
}

impl Workspace {
    /// Copies packages below `options.scratch`.
    pub(crate) fn make(packages: Vec<Package>, options: &Options) -> Result<Workspace, Problem> {
        // One package has a workspace of its own, so that recording it leaves no other's build
        // behind.
        let root = match &packages[..] {
            [package] => options.scratch.join(&package.name),
            _ => options.scratch.join("together"),
        };
        let fail = |error: io::Error| {
            Problem::new(
                root.display().to_string(),
                "the scratch workspace cannot be written",
            )
            .found(error.to_string())
        };
        let mut copies = Vec::new();
        for package in packages {
            let all = tree::files(&package.place).map_err(|error| {
                Problem::new(
                    package.folder.display().to_string(),
                    "the package cannot be read",
                )
                .found(error.to_string())
            })?;
            copies.push(Copied {
                targets: Targets {
                    tokio: package.manifest.names_tokio(),
                    ..Targets::default()
                },
                sources: Vec::new(),
                files: Vec::new(),
                macros: BTreeSet::new(),
                hash: String::new(),
                unlinked: false,
                top: package.place.clone(),
                all: all.into_iter().collect(),
                root: root.clone(),
                package,
            });
        }
        let mut workspace = Workspace {
            root: root.clone(),
            copies,
        };
        workspace.write(Kind::Empty, options).map_err(fail)?;
        targets::find(&mut workspace, options)?;
        for copy in &mut workspace.copies {
            copy.read()?;
        }
        for kind in [Kind::Clean, Kind::Recorded] {
            workspace.write(kind, options).map_err(fail)?;
        }
        Ok(workspace)
    }

    /// The folder of one of the workspaces.
    pub(crate) fn folder(&self, kind: Kind) -> PathBuf {
        self.root.join(kind.folder())
    }

    /// Writes a workspace.
    fn write(&mut self, kind: Kind, options: &Options) -> io::Result<()> {
        let root = self.folder(kind);
        let members: Vec<_> = self.copies.iter().map(|copy| copy.member(kind)).collect();
        let first = &self.copies[0].package.manifest;
        tree::put(&root.join("Cargo.toml"), first.workspace(&members))?;
        lock(&root, first.lock())?;
        for copy in &mut self.copies {
            copy.write(kind, options)?;
        }
        Ok(())
    }
}

impl Copied {
    /// Where the package stands in a workspace of copies.
    fn member(&self, kind: Kind) -> String {
        self.in_workspace(kind, &self.inside())
    }

    /// The path in a workspace of a file that is told from the folder that is copied.
    fn in_workspace(&self, kind: Kind, from_top: &Path) -> String {
        let path = Path::new(&self.package.name).join(from_top);
        format!("{}{}", kind.before(), tree::slashes(&path))
            .trim_end_matches('/')
            .to_owned()
    }

    /// The package's folder, told from the folder that is copied.
    fn inside(&self) -> PathBuf {
        let inside = self.package.place.strip_prefix(&self.top);
        inside.unwrap_or(Path::new("")).to_owned()
    }

    /// Where a copy of the package stands.
    pub(crate) fn folder(&self, kind: Kind) -> PathBuf {
        self.root.join(kind.folder()).join(self.member(kind))
    }

    /// All that cargo looks at to say what there is to build: the Cargo.toml, and which files there
    /// are.
    pub(crate) fn outline(&self, kind: Kind) -> String {
        let manifest = fs::read_to_string(self.folder(kind).join("Cargo.toml"));
        let manifest = manifest.unwrap_or_default();
        let files: Vec<_> = self.all.iter().map(|path| tree::slashes(path)).collect();
        format!("{}\n{manifest}\n{}\n", self.member(kind), files.join("\n"))
    }

    /// Where a run of a copy leaves its log: outside the copy, which the program may look at.
    pub(crate) fn log(&self, kind: Kind) -> PathBuf {
        let name = format!("{}.raw", self.package.name);
        self.root.join(kind.folder()).join(name)
    }

    /// What the compiler calls a source of a copy.
    pub(crate) fn called(&self, kind: Kind, source: &Source) -> String {
        self.in_workspace(kind, &source.from_top)
    }

    /// What the compiler calls whatever is copied begins with this.
    pub(crate) fn prefix(&self, kind: Kind) -> String {
        format!("{}{}/", kind.before(), self.package.name)
    }

    /// A path in a workspace, as it is called from the package's folder.
    pub(crate) fn path_of(&self, from_top: &Path) -> String {
        let inside = self.inside();
        let path = match from_top.strip_prefix(&inside) {
            Ok(path) => path.to_owned(),
            Err(_) => {
                let up: PathBuf = inside.components().map(|_| "..").collect();
                up.join(from_top)
            }
        };
        tree::slashes(&path)
    }

    /// Finds the sources, from the package's targets.
    fn read(&mut self) -> Result<(), Problem> {
        let mut modules = Modules::default();
        let roots: Vec<PathBuf> = self
            .targets
            .roots
            .iter()
            .map(|root| self.package.place.join(root))
            .collect();
        for root in &roots {
            modules.add(root, &|path| self.package.shown(path))?;
        }
        // What stands outside keeps its place beside the package.
        let elsewhere: Vec<&PathBuf> = modules
            .sources
            .iter()
            .map(|(path, _)| path)
            .chain(&modules.included)
            .filter(|path| !path.starts_with(&self.package.place))
            .collect();
        for path in &elsewhere {
            while !path.starts_with(&self.top) && self.top.pop() {}
        }
        let inside = self.inside();
        self.all = std::mem::take(&mut self.all)
            .into_iter()
            .map(|path| inside.join(path))
            .collect();
        let elsewhere = elsewhere.into_iter();
        self.all
            .extend(elsewhere.filter_map(|path| Some(path.strip_prefix(&self.top).ok()?.into())));
        self.hash = self.package.hash(&modules.sources).map_err(|error| {
            Problem::new(
                self.package.folder.display().to_string(),
                "the package cannot be read",
            )
            .found(error.to_string())
        })?;
        let main = modules.sources.first().map(|(path, _)| path.clone());
        let mut sources: Vec<Source> = modules
            .sources
            .into_iter()
            .map(|(path, text)| {
                let from_top = path.strip_prefix(&self.top).unwrap_or(&path).to_owned();
                Source {
                    path: self.path_of(&from_top),
                    text,
                    is_root: roots.contains(&path),
                    from_top,
                }
            })
            .collect();
        let first = main.map(|main| self.path_of(main.strip_prefix(&self.top).unwrap_or(&main)));
        sources.sort_by_key(|source| (Some(&source.path) != first.as_ref(), source.path.clone()));
        let macros = sources
            .iter()
            .map(|source| instrument::macros(&source.text));
        self.macros = macros.flatten().collect();
        self.files = sources.iter().map(|_| File::default()).collect();
        self.sources = sources;
        Ok(())
    }

    fn write(&mut self, kind: Kind, options: &Options) -> io::Result<()> {
        let into = self
            .root
            .join(kind.folder())
            .join(self.in_workspace(kind, Path::new("")));
        let inside = self.inside();
        let own = [inside.join("Cargo.toml"), inside.join("Cargo.lock")];
        // What an older recording says is nothing that a program may need to build.
        let without = inside.join("recording.jsonl");
        let files = self.all.iter().filter(|path| **path != without).cloned();
        let is_source = |path: &PathBuf| path.extension().is_some_and(|end| end == "rs");
        let sources = self.sources.iter().map(|source| source.from_top.clone());
        let keep = own.iter().cloned().chain(sources);
        if kind == Kind::Empty {
            let files: BTreeSet<PathBuf> = files.filter(is_source).collect();
            tree::mirror(
                &self.top,
                &into,
                &BTreeSet::new(),
                &keep.chain(files.iter().cloned()).collect(),
            )?;
            for file in files {
                tree::put(&into.join(file), "")?;
            }
        } else {
            tree::mirror(&self.top, &into, &files.collect(), &keep.collect())?;
        }
        let manifest = self.package.manifest.copy(
            linked(self.targets.tokio),
            &options.features,
            options.default_features,
        );
        tree::put(&into.join(&own[0]), manifest)?;
        match kind {
            Kind::Recorded => self.instrument(),
            Kind::Clean => self.write_clean(),
            Kind::Empty => Ok(()),
        }
    }

    fn write_clean(&self) -> io::Result<()> {
        let root = self.root.join(Kind::Clean.folder());
        for source in &self.sources {
            let text = self.link(source, &source.text);
            tree::put(&root.join(self.called(Kind::Clean, source)), text)?;
        }
        Ok(())
    }

    /// Writes the clean copy as if there were no recorder at all.
    pub(crate) fn unlink(&mut self) -> io::Result<()> {
        self.unlinked = true;
        self.write_clean()
    }

    /// Writes the sources with the calls in them, but not into the functions that are excepted.
    pub(crate) fn instrument(&mut self) -> io::Result<()> {
        let mut sites = 0;
        for (source, file) in self.sources.iter().zip(&mut self.files) {
            // What is no Rust is left for the compiler to complain of.
            file.instrumented =
                instrument::instrument_in(&source.text, sites, &file.except, &self.macros)
                    .unwrap_or_else(|_| Instrumented::unchanged(&source.text));
            sites += file.instrumented.places.len();
        }
        let root = self.root.join(Kind::Recorded.folder());
        for (source, file) in self.sources.iter().zip(&self.files) {
            let text = self.link(source, &file.instrumented.text);
            tree::put(&root.join(self.called(Kind::Recorded, source)), text)?;
        }
        Ok(())
    }

    /// A source's text, with the linked crate named at its end if it is a crate's root.
    fn link(&self, source: &Source, text: &str) -> String {
        if !source.is_root || self.unlinked {
            return text.to_owned();
        }
        // In the first edition a path from the root finds what the root names, and nothing else.
        let name = match self.targets.edition == "2015" {
            true => "recorder_linked",
            false => "recorder_linked as _",
        };
        // On a line of its own: the last one may be a comment.
        format!("{text}\nextern crate {name};\n")
    }
}

/// Gives the workspace in `root` the versions that its packages are built with where they stand. What
/// cargo has added to them since stays, as long as they are the same.
fn lock(root: &Path, lock: Option<PathBuf>) -> io::Result<()> {
    let versions = match lock {
        Some(lock) => fs::read(lock)?,
        None => Vec::new(),
    };
    let known = root.join("Cargo.lock.given");
    if fs::read(&known).is_ok_and(|known| known == versions) {
        return Ok(());
    }
    let own = root.join("Cargo.lock");
    if versions.is_empty() {
        tree::remove(&own)?;
    } else {
        tree::put(&own, &versions)?;
    }
    tree::put(&known, &versions)
}

/// What a copy depends on besides its own.
fn linked(tokio: bool) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("linked");
    let mut table = InlineTable::new();
    table.insert("path", folder.to_string_lossy().as_ref().into());
    if tokio {
        table.insert("features", Value::from_iter(["tokio"]));
    }
    Value::InlineTable(table)
}
