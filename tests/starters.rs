//! Every listing, copied alone to an empty folder, builds and prints the same; and its page offers
//! it as an archive that holds it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use checks::Check;
use checks::book::Chapter;
use checks::cargo;
use checks::include;
use checks::standalone::{Files, Standalone};
use checks::trial;
use libtest_mimic::Trial;
use problem::Problem;
use promises::root;
use promises::site::Pages;
use zip::ZipArchive;

/// How a page's link to an archive begins.
const LINK: &str = "href=\"data:application/zip;base64,";

fn main() -> ExitCode {
    checks::main(root(), &[checks::starters, archives])
}

/// One trial for each chapter that shows a listing.
fn archives(check: &Arc<Check>) -> Vec<Trial> {
    let pages = Arc::new(Pages::default());
    let chapters = check.book.chapters.iter();
    chapters
        .filter(|chapter| !listings(chapter).is_empty())
        .map(|chapter| {
            let (check, pages) = (Arc::clone(check), Arc::clone(&pages));
            let name = chapter.name.clone();
            trial(format!("archives::{name}"), move || {
                let mut chapters = check.book.chapters.iter();
                let chapter = chapters.find(|chapter| chapter.name == name);
                offers_what_it_shows(&check, &pages, chapter.expect("it was there"))
            })
        })
        .collect()
}

/// The folders, from the book's root, of the listings whose programs the chapter shows.
fn listings(chapter: &Chapter) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for fence in &chapter.fences {
        if fence.language() != "rust" || fence.has("ignore") {
            continue;
        }
        for part in include::includes(&fence.text) {
            let folder = part.path.parent().and_then(Path::parent);
            let folder = folder.map(|folder| folder.strip_prefix("..").unwrap_or(folder));
            folders.extend(folder.map(Path::to_owned));
        }
    }
    folders.sort();
    folders.dedup();
    folders
}

fn offers_what_it_shows(check: &Check, pages: &Pages, chapter: &Chapter) -> Result<(), Problem> {
    let page = pages.get(&[])?.join(format!("{}.html", chapter.name));
    let page = fs::read_to_string(page).unwrap_or_default();
    let mut offered = BTreeMap::new();
    for link in page.split(LINK).skip(1) {
        let packed = link.split('"').next().unwrap_or_default();
        let files = unpack(packed)
            .map_err(|error| Problem::new(&chapter.path, "an archive is damaged").found(error))?;
        let first = files.keys().next().and_then(|path| path.iter().next());
        let name = first.unwrap_or_default().to_string_lossy().into_owned();
        offered.insert(name, files);
    }
    let workspace = check.workspace()?;
    for folder in listings(chapter) {
        let shown = workspace.listings.values();
        let listing = shown
            .clone()
            .find(|listing| Path::new(&listing.folder) == folder);
        let Some(listing) = listing else { continue };
        let Some(files) = offered.get(&listing.name) else {
            let found: Vec<_> = offered.keys().map(String::as_str).collect();
            return Err(
                Problem::new(&chapter.path, "the page does not offer what it shows")
                    .expected(format!("{}.zip", listing.name))
                    .found(found.join(", ")),
            );
        };
        holds(&folder, &listing.name, files)?;
    }
    match offered.first_key_value() {
        Some((name, files)) => runs(check, name, files),
        None => Ok(()),
    }
}

/// The files of an archive by their paths.
fn unpack(packed: &str) -> Result<Files, String> {
    let bytes = STANDARD.decode(packed).map_err(|error| error.to_string())?;
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut files = Files::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).map_err(|error| error.to_string())?;
        let name = file.name().map_err(|error| error.to_string())?.into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|error| error.to_string())?;
        files.insert(name.into(), bytes);
    }
    Ok(files)
}

/// All that cargo needs of a package is in the archive, as it is in the listing's folder.
fn holds(folder: &Path, name: &str, files: &Files) -> Result<(), Problem> {
    for file in ["Cargo.toml", "src/main.rs"] {
        if !files.contains_key(&Path::new(name).join(file)) {
            return Err(
                Problem::new(folder.display().to_string(), "the archive is not whole")
                    .expected(file)
                    .found(format!("{:?}", files.keys())),
            );
        }
    }
    for (path, bytes) in files {
        let file = folder.join(path.strip_prefix(name).unwrap_or(path));
        if fs::read(root().join(&file)).is_ok_and(|there| there == *bytes) {
            continue;
        }
        return Err(
            Problem::new(file.display().to_string(), "the archive holds another file")
                .expected("the listing's")
                .found(path.display().to_string()),
        );
    }
    Ok(())
}

/// Unpacked in an empty folder, it compiles and runs.
fn runs(check: &Check, name: &str, files: &Files) -> Result<(), Problem> {
    let fail = |found: String| {
        Problem::new(
            format!("{name}.zip"),
            "what a reader downloads does not run",
        )
        .expected("`cargo run` in the unpacked folder ends well")
        .found(found)
    };
    let mut files = files.clone();
    // The versions that are there already.
    let lock = fs::read(root().join("Cargo.lock")).map_err(|error| fail(error.to_string()))?;
    files.insert(Path::new(name).join("Cargo.lock"), lock);
    let target = check.workspace()?.target.join("archives");
    let unpacked =
        Standalone::new(name, &files, &target).map_err(|error| fail(error.to_string()))?;
    let output = cargo::cargo()
        .args(["run", "--quiet", "--target-dir"])
        .arg(&target)
        .current_dir(unpacked.folder().join(name))
        .output()
        .map_err(|error| fail(error.to_string()))?;
    if output.status.success() && !output.stdout.is_empty() {
        return unpacked
            .mark_built()
            .map_err(|error| fail(error.to_string()));
    }
    Err(fail(output.status.to_string())
        .shown("cargo says", String::from_utf8_lossy(&output.stderr)))
}
