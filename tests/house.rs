//! Nothing without a place, no place without its thing: chapters, listings, blocks, names,
//! promises.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use checks::Check;
use checks::book::Chapter;
use checks::include::includes;
use checks::workspace::Listing;
use checks::{of_listing, of_listings, trial};
use libtest_mimic::Trial;
use problem::Problem;
use promises::chapters::chapters;
use promises::messages::messages;
use promises::root;

fn main() -> ExitCode {
    checks::main(
        root(),
        &[
            checks::house,
            chapters,
            directives,
            listings,
            messages,
            modules,
            promises,
        ],
    )
}

/// What each listing of this book keeps to, beyond what any book's would.
fn listings(check: &Arc<Check>) -> Vec<Trial> {
    of_listings(check, |listing| {
        let name = format!("names::{}", listing.name);
        vec![of_listing(check, listing, name, |check, listing| {
            stands_in_its_chapter(check, listing)?;
            let manifest = format!("{}/Cargo.toml", listing.folder);
            let text = fs::read_to_string(root().join(&manifest)).unwrap_or_default();
            needs_nothing_from_outside(&manifest, &text)?;
            says_what_it_is(&manifest, &text)
        })]
    })
}

/// mdBook and the preprocessors leave on the page what they do not know.
const DIRECTIVES: [&str; 4] = ["include", "predict", "replay", "rustdoc_include"];

/// One trial for each chapter: its directives are such as somebody expands.
fn directives(check: &Arc<Check>) -> Vec<Trial> {
    let chapters = 0..check.book.chapters.len();
    chapters
        .map(|index| {
            let check = Arc::clone(check);
            let name = format!("directives::{}", check.book.chapters[index].name);
            trial(name, move || known_directives(&check.book.chapters[index]))
        })
        .collect()
}

fn known_directives(chapter: &Chapter) -> Result<(), Problem> {
    for (at, line) in chapter.text.lines().enumerate() {
        for rest in line.split("{{#").skip(1) {
            let word = rest.split([' ', '}']).next().unwrap_or_default();
            if !DIRECTIVES.contains(&word) {
                return Err(
                    Problem::new(chapter.at(at + 1), "nobody knows this directive")
                        .expected(format!("one of {}", DIRECTIVES.join(", ")))
                        .found(format!("`{{{{#{word}`"))
                        .help("mdBook would leave it on the page as it is written"),
                );
            }
        }
    }
    Ok(())
}

/// `listings/<chapter>/<listing>`: the chapter is one of SUMMARY.md's, the folder has the
/// package's name, an exercise's its chapter's too.
fn stands_in_its_chapter(check: &Check, listing: &Listing) -> Result<(), Problem> {
    let parts: Vec<&str> = listing.folder.split('/').collect();
    let [_, chapter, folder] = parts[..] else {
        return Err(
            Problem::new(&listing.folder, "this listing is not where listings are")
                .expected("listings/<chapter>/<listing>")
                .found(&*listing.folder),
        );
    };
    // Every chapter may have one, and no two packages the same name.
    let package = match folder {
        "exercise" => format!("{chapter}-exercise"),
        folder => folder.to_owned(),
    };
    if package != listing.name {
        return Err(Problem::new(
            &listing.folder,
            "the folder and its package have different names",
        )
        .expected(format!("package `{package}`"))
        .found(format!("package `{}`", listing.name)));
    }
    let chapters = &check.book.chapters;
    if !chapters.iter().any(|known| known.name == chapter) {
        let known: Vec<_> = chapters.iter().map(|chapter| &*chapter.name).collect();
        return Err(
            Problem::new(&listing.folder, "this folder has the name of no chapter")
                .expected(format!("one of {}", known.join(", ")))
                .found(chapter),
        );
    }
    Ok(())
}

/// What `starters` would find out too, said where it is written and why.
fn needs_nothing_from_outside(manifest: &str, text: &str) -> Result<(), Problem> {
    let mut lines = (1..).zip(text.lines());
    let bound = lines.find(|(_, line)| line.contains("workspace") || line.contains("path ="));
    match bound {
        None => Ok(()),
        Some((number, line)) => Err(Problem::new(
            format!("{manifest}:{number}"),
            "a copy of this listing would not build",
        )
        .expected("nothing from the workspace, no path")
        .found(format!("`{line}`"))
        .help("write the value itself")),
    }
}

/// What it is about, and what a copy of it may be used for.
fn says_what_it_is(manifest: &str, text: &str) -> Result<(), Problem> {
    let described = text.lines().any(|line| line.starts_with("description = "));
    if !described {
        return Err(
            Problem::new(manifest, "nothing says what this listing is about")
                .expected("a line `description = \"..\"`")
                .found("none"),
        );
    }
    for wanted in [
        "edition = \"2024\"",
        "license = \"MIT OR Apache-2.0\"",
        "publish = false",
    ] {
        if !text.lines().any(|line| line.trim() == wanted) {
            return Err(
                Problem::new(manifest, "a line that every listing has is missing")
                    .expected(format!("`{wanted}`"))
                    .found("none"),
            );
        }
    }
    Ok(())
}

/// A listing builds alone, so what several of a chapter have in common stands in each: as one text,
/// which the chapter shows once.
fn modules(check: &Arc<Check>) -> Vec<Trial> {
    let Ok(workspace) = check.workspace() else {
        return Vec::new();
    };
    let mut modules: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for listing in workspace.listings.values() {
        let Some((chapter, folder)) = listing.folder.rsplit_once('/') else {
            continue;
        };
        if folder == "exercise" {
            continue;
        }
        for (within, main) in [("", "main.py"), ("src/", "main.rs")] {
            let folder = format!("{}/{within}", listing.folder);
            let files = root().join(&folder).read_dir().into_iter().flatten();
            for name in files
                .flatten()
                .filter_map(|file| file.file_name().into_string().ok())
            {
                let kind = Path::new(main).extension();
                if name != main && Path::new(&name).extension() == kind {
                    let module = format!("{chapter}/{within}{name}");
                    modules
                        .entry(module)
                        .or_default()
                        .push(format!("{folder}{name}"));
                }
            }
        }
    }
    let modules = modules.into_iter();
    modules
        .map(|(module, files)| {
            let check = Arc::clone(check);
            trial(format!("modules::{module}"), move || {
                let shown = shown(&check, &files)?;
                files.iter().try_for_each(|file| same(shown, file))
            })
        })
        .collect()
}

/// The one of these files that a chapter includes.
fn shown<'files>(check: &Check, files: &'files [String]) -> Result<&'files str, Problem> {
    let chapters = check.book.chapters.iter();
    let included: BTreeSet<PathBuf> = chapters
        .flat_map(|chapter| {
            let includes = includes(&chapter.text).into_iter();
            includes.filter_map(|include| {
                let folder = chapter.file.parent()?;
                folder.join(&include.path).canonicalize().ok()
            })
        })
        .collect();
    let is_included = |file: &&String| {
        let file = root().join(file).canonicalize();
        file.is_ok_and(|file| included.contains(&file))
    };
    match files.iter().find(is_included) {
        Some(file) => Ok(file),
        None => Err(Problem::new(&files[0], "no chapter shows this module")
            .expected("an include of it, or of the same module in another listing of its chapter")
            .found("none")
            .help("show it where it belongs, or delete it")),
    }
}

fn same(shown: &str, other: &str) -> Result<(), Problem> {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap_or_default();
    let (expected, found) = (read(shown), read(other));
    if expected == found {
        return Ok(());
    }
    let alike = expected.lines().zip(found.lines());
    let alike = alike
        .take_while(|(expected, found)| expected == found)
        .count();
    let line = |text: &str| match text.lines().nth(alike) {
        Some(line) => format!("`{line}`"),
        None => "the end".to_owned(),
    };
    Err(Problem::new(
        format!("{other}:{}", alike + 1),
        "this module differs from the one that the page shows",
    )
    .expected(format!("{}, as in {shown}", line(&expected)))
    .found(line(&found))
    .help(format!("if the page is right: `cp {shown} {other}`")))
}

/// Every file of tests/ is a promise that cargo runs and that CONTRIBUTING.md explains.
fn promises(_: &Arc<Check>) -> Vec<Trial> {
    let files = root()
        .join("tests")
        .read_dir()
        .into_iter()
        .flatten()
        .flatten();
    let names = files.filter_map(|file| {
        let name = file.file_name().into_string().ok()?;
        name.strip_suffix(".rs").map(str::to_owned)
    });
    names
        .map(|name| {
            trial(format!("promises::{name}"), move || {
                let named = |file: &str, text: String| {
                    let found = fs::read_to_string(root().join(file)).unwrap_or_default();
                    if found.contains(&text) {
                        return Ok(());
                    }
                    Err(Problem::new(
                        format!("tests/{name}.rs"),
                        format!("{file} does not name this promise"),
                    )
                    .expected(format!("`{text}`"))
                    .found("none"))
                };
                named("tests/Cargo.toml", format!("path = \"{name}.rs\""))?;
                named("CONTRIBUTING.md", format!("`{name}`"))
            })
        })
        .collect()
}
