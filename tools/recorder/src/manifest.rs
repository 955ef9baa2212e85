//! A package's Cargo.toml, and what it becomes where the package's copy stands: the same package,
//! with nothing left in it that points out of its folder but absolute paths.

use std::fs;
use std::path::{Component, Path, PathBuf};

use problem::Problem;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value, value};

/// The tables that name what a package's programs are built with.
const DEPENDENCIES: [&str; 2] = ["dependencies", "build-dependencies"];
/// What a copy does not need: settings that only a workspace's root has, and what is not built.
const UNUSED: [&str; 9] = [
    "workspace",
    "profile",
    "patch",
    "replace",
    "lints",
    "dev-dependencies",
    "test",
    "bench",
    "example",
];
/// What of a profile changes what a program does, or how long it takes.
const BEHAVIOUR: [&str; 4] = ["opt-level", "panic", "overflow-checks", "debug-assertions"];

/// A package's Cargo.toml, and its workspace's.
#[derive(Debug, Clone)]
pub(crate) struct Manifest {
    pub name: String,
    /// As it stands in the file.
    pub text: String,
    /// The package's folder.
    folder: PathBuf,
    own: DocumentMut,
    /// The workspace's folder and Cargo.toml, where that is another one.
    root: Option<(PathBuf, DocumentMut)>,
}

impl Manifest {
    /// Reads the Cargo.toml in `folder`, an absolute path, which people know as `shown`.
    pub(crate) fn open(folder: &Path, shown: &str) -> Result<Manifest, Problem> {
        let text = fs::read_to_string(folder.join("Cargo.toml")).map_err(|error| {
            Problem::new(shown, "there is no package here")
                .expected("a folder with a Cargo.toml")
                .found(error.to_string())
        })?;
        let own = parse(&text, &format!("{shown}/Cargo.toml"))?;
        let Some(package) = own.get("package").and_then(Item::as_table_like) else {
            return Err(
                Problem::new(format!("{shown}/Cargo.toml"), "this is no package")
                    .expected("a table [package]")
                    .found(match own.contains_key("workspace") {
                        true => "a workspace: the folder of one of its members is wanted",
                        false => "none",
                    }),
            );
        };
        let name = package.get("name").and_then(Item::as_str);
        let name = name.ok_or_else(|| {
            Problem::new(format!("{shown}/Cargo.toml"), "this package has no name")
                .expected("`name = \"...\"` below [package]")
                .found("none")
        })?;
        // It becomes a folder's name.
        let odd = |c: char| !(c.is_alphanumeric() || c == '-' || c == '_');
        if name.is_empty() || name.contains(odd) {
            return Err(Problem::new(
                format!("{shown}/Cargo.toml"),
                "cargo does not take this package's name",
            )
            .expected("letters, digits, `-` and `_`")
            .found(format!("{name:?}")));
        }
        let root = match own.contains_key("workspace") {
            true => None,
            false => root(folder, package.get("workspace").and_then(Item::as_str)),
        };
        let root = match root {
            None => None,
            Some(at) => {
                let file = at.join("Cargo.toml");
                let text = fs::read_to_string(&file).map_err(|error| {
                    Problem::new(
                        file.display().to_string(),
                        "this package's workspace cannot be read",
                    )
                    .found(error.to_string())
                })?;
                Some((at, parse(&text, &file.display().to_string())?))
            }
        };
        Ok(Manifest {
            name: name.to_owned(),
            text,
            folder: folder.to_owned(),
            own,
            root,
        })
    }

    /// The folder and the Cargo.toml that hold what goes for the whole workspace.
    fn top(&self) -> (&Path, &DocumentMut) {
        match &self.root {
            Some((folder, document)) => (folder, document),
            None => (&self.folder, &self.own),
        }
    }

    /// What belongs to one workspace has one of these.
    pub(crate) fn home(&self) -> &Path {
        self.top().0
    }

    /// Whether it names Tokio itself.
    pub(crate) fn names_tokio(&self) -> bool {
        let direct = self.own.get("dependencies").into_iter();
        let targets = self.own.get("target").and_then(Item::as_table_like);
        let targets = targets.into_iter().flat_map(|targets| {
            targets
                .iter()
                .filter_map(|(_, target)| target.get("dependencies"))
        });
        direct
            .chain(targets)
            .filter_map(Item::as_table_like)
            .flat_map(|table| table.iter())
            .any(|(name, item)| {
                let renamed = item.get("package").and_then(Item::as_str);
                renamed.unwrap_or(name) == "tokio"
            })
    }

    /// Whether it depends on anything.
    pub(crate) fn has_dependencies(&self) -> bool {
        let any = |item: &Item| {
            item.as_table_like()
                .is_some_and(|table| table.iter().next().is_some())
        };
        self.own.get("dependencies").is_some_and(any) || self.own.contains_key("target")
    }

    /// Which edition of Rust it is written in.
    pub(crate) fn edition(&self) -> String {
        let inherited = || {
            let package = self.top().1.get("workspace")?.get("package")?;
            package.get("edition")?.as_str()
        };
        let own = &self.own["package"];
        let edition = own.get("edition").and_then(Item::as_str).or_else(inherited);
        edition.unwrap_or("2015").to_owned()
    }

    /// The Cargo.toml of a copy, with `linked` among its dependencies. `features` are turned on,
    /// and so are the package's own unless `default` says otherwise.
    pub(crate) fn copy(&self, linked: Value, features: &[String], default: bool) -> String {
        let (root, top) = self.top();
        let shared = top.get("workspace");
        let mut copy = self.own.clone();
        for table in UNUSED {
            copy.remove(table);
        }
        if let Some(package) = copy.get_mut("package").and_then(Item::as_table_like_mut) {
            for key in ["workspace", "readme", "license-file", "include", "exclude"] {
                package.remove(key);
            }
            let shared = shared.and_then(|shared| shared.get("package"));
            for (key, item) in package.iter_mut() {
                if inherits(item) {
                    *item = shared
                        .and_then(|shared| shared.get(key.get()))
                        .cloned()
                        .unwrap_or_default();
                }
            }
            for kind in ["autotests", "autobenches", "autoexamples"] {
                package.insert(kind, value(false));
            }
        }
        let shared = shared.and_then(|shared| shared.get("dependencies"));
        let own = copy.as_table_mut();
        for name in DEPENDENCIES {
            self.dependencies(own.get_mut(name), shared, root);
        }
        let targets = own.get_mut("target").and_then(Item::as_table_like_mut);
        for (_, target) in targets.into_iter().flat_map(|targets| targets.iter_mut()) {
            for name in DEPENDENCIES {
                self.dependencies(target.get_mut(name), shared, root);
            }
            if let Some(target) = target.as_table_like_mut() {
                target.remove("dev-dependencies");
            }
        }
        table(own, "dependencies").insert("recorder-linked", value(linked));
        if !features.is_empty() || !default {
            let known = table(own, "features");
            let mut on = match known.get("default").and_then(Item::as_array) {
                Some(on) if default => on.clone(),
                _ => Array::new(),
            };
            on.extend(features.iter().map(String::as_str));
            known.insert("default", value(on));
        }
        copy.to_string()
    }

    /// Fills in what a workspace says of dependencies, and where those with a path are.
    fn dependencies(&self, own: Option<&mut Item>, shared: Option<&Item>, root: &Path) {
        let own = own.and_then(Item::as_table_like_mut);
        for (name, item) in own.into_iter().flat_map(|own| own.iter_mut()) {
            if !inherits(item) {
                absolute(item, &self.folder);
                continue;
            }
            let mut inherited = match shared.and_then(|shared| shared.get(name.get())) {
                Some(Item::Value(Value::String(version))) => {
                    let mut table = Table::new();
                    table.insert("version", value(version.value().as_str()));
                    Item::Table(table)
                }
                Some(item) => item.clone(),
                // Cargo says what is missing.
                None => continue,
            };
            absolute(&mut inherited, root);
            if let (Some(from), Some(into)) = (item.as_table_like(), inherited.as_table_like_mut())
            {
                for (key, item) in from.iter() {
                    match (key, into.get_mut(key).and_then(Item::as_array_mut)) {
                        ("workspace", _) => {}
                        ("features", Some(features)) => {
                            features.extend(item.as_array().into_iter().flatten().cloned());
                        }
                        // A member cannot turn off what its workspace turns on.
                        ("default-features", _) if item.as_bool() == Some(false) => {}
                        _ => {
                            into.insert(key, item.clone());
                        }
                    }
                }
            }
            *item = match inherited {
                Item::Table(table) => value(table.into_inline_table()),
                other => other,
            };
        }
    }

    /// The Cargo.toml of a workspace that holds the copies in `members`.
    pub(crate) fn workspace(&self, members: &[String]) -> String {
        let (root, top) = self.top();
        let mut copy = DocumentMut::new();
        let mut workspace = Table::new();
        let said = top.get("workspace").and_then(|it| it.get("resolver"));
        let said = said.or_else(|| top.get("package")?.get("resolver"));
        let by_edition = match &*self.edition() {
            "2015" | "2018" => "1",
            "2021" => "2",
            _ => "3",
        };
        let resolver = said.and_then(Item::as_str).unwrap_or(by_edition);
        workspace.insert("resolver", value(resolver));
        workspace.insert("members", value(members.iter().collect::<Array>()));
        copy.insert("workspace", Item::Table(workspace));
        if let Some(patch) = top.get("patch") {
            let mut patch = patch.clone();
            let sources = patch.as_table_like_mut();
            for (_, source) in sources.into_iter().flat_map(|sources| sources.iter_mut()) {
                let packages = source.as_table_like_mut();
                for (_, package) in packages.into_iter().flat_map(|all| all.iter_mut()) {
                    absolute(package, root);
                }
            }
            copy.insert("patch", patch);
        }
        let mut profile = Table::new();
        profile.insert("debug", value(false));
        profile.insert("incremental", value(false));
        let said = top.get("profile").and_then(|profiles| profiles.get("dev"));
        for key in BEHAVIOUR {
            if let Some(item) = said.and_then(|said| said.get(key)) {
                profile.insert(key, item.clone());
            }
        }
        // What is called at every line is to be quick.
        let mut linked = Table::new();
        linked.insert("opt-level", value(3));
        let mut packages = Table::new();
        packages.insert("recorder-linked", Item::Table(linked));
        profile.insert("package", Item::Table(packages));
        let mut profiles = Table::new();
        profiles.insert("dev", Item::Table(profile));
        copy.insert("profile", Item::Table(profiles));
        copy.to_string()
    }

    /// The Cargo.lock that says which versions the package is built with where it stands.
    pub(crate) fn lock(&self) -> Option<PathBuf> {
        Some(self.top().0.join("Cargo.lock")).filter(|lock| lock.is_file())
    }
}

fn parse(text: &str, shown: &str) -> Result<DocumentMut, Problem> {
    // Cargo takes one too.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.parse::<DocumentMut>().map_err(|error| {
        Problem::new(shown, "this is no Cargo.toml").shown("what is wrong", error.to_string())
    })
}

/// The folder of the workspace that the package in `folder` belongs to; `named` is where it says
/// that is.
fn root(folder: &Path, named: Option<&str>) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(lexical(&folder.join(named)));
    }
    for above in folder.ancestors().skip(1) {
        let text = fs::read_to_string(above.join("Cargo.toml")).unwrap_or_default();
        let Ok(document) = text.parse::<DocumentMut>() else {
            continue;
        };
        let Some(workspace) = document.get("workspace") else {
            continue;
        };
        let excluded = workspace.get("exclude").and_then(Item::as_array);
        let excluded = excluded.into_iter().flatten().filter_map(Value::as_str);
        let mut excluded = excluded.map(|path| lexical(&above.join(path)));
        let is_excluded = excluded.any(|path| folder.starts_with(path));
        return (!is_excluded).then(|| above.to_owned());
    }
    None
}

/// Whether an entry says `workspace = true`.
fn inherits(item: &Item) -> bool {
    item.get("workspace").and_then(Item::as_bool) == Some(true)
}

/// Makes the path of a dependency absolute that is told from `folder`.
fn absolute(item: &mut Item, folder: &Path) {
    let Some(table) = item.as_table_like_mut() else {
        return;
    };
    if let Some(path) = table.get("path").and_then(Item::as_str) {
        let path = lexical(&folder.join(path));
        table.insert("path", value(path.to_string_lossy().as_ref()));
    }
}

/// A table of a document, made if it is not there.
fn table<'a>(document: &'a mut Table, name: &str) -> &'a mut dyn TableLike {
    let item = document.entry(name).or_insert(Item::Table(Table::new()));
    if !item.is_table_like() {
        *item = Item::Table(Table::new());
    }
    item.as_table_like_mut().expect("a table was put there")
}

/// A path without `.` and `..` in it, whatever stands on the disk.
pub(crate) fn lexical(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if whole.file_name().is_some() => {
                whole.pop();
            }
            part => whole.push(part),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_dots_out_of_paths() {
        for (path, whole) in [
            ("/a/b/../c/./d", "/a/c/d"),
            ("src/../../x.rs", "../x.rs"),
            ("../../x", "../../x"),
        ] {
            assert_eq!(lexical(Path::new(path)), Path::new(whole));
        }
    }
}
