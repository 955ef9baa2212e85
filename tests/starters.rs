//! Every listing, copied alone to an empty folder, builds and prints the same; and its page offers
//! it as an archive that holds it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use checks::Check;
use checks::book::Chapter;
use checks::cargo;
use checks::include;
use checks::problem::Problem;
use libtest_mimic::Trial;
use promises::{root, site, trial};
use tempfile::TempDir;
use zip::ZipArchive;

/// How a page's link to an archive begins.
const LINK: &str = "href=\"data:application/zip;base64,";

/// The book as mdBook renders it.
static PAGES: LazyLock<Result<TempDir, Problem>> = LazyLock::new(|| {
    let folder = tempfile::tempdir()
        .map_err(|error| Problem::new("temp", "no folder can be made").found(error.to_string()))?;
    site::build(root(), folder.path(), &[])?;
    Ok(folder)
});

fn main() -> ExitCode {
    checks::main(root(), &[checks::starters, archives])
}

/// One trial for each chapter that shows a listing.
fn archives(check: &Arc<Check>) -> Vec<Trial> {
    let chapters = check.book.chapters.iter();
    chapters
        .filter(|chapter| !listings(chapter).is_empty())
        .map(|chapter| {
            let (check, name) = (Arc::clone(check), chapter.name.clone());
            trial(format!("archives::{name}"), move || {
                let mut chapters = check.book.chapters.iter();
                let chapter = chapters.find(|chapter| chapter.name == name);
                offers_what_it_shows(&check, chapter.expect("it was there"))
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

fn offers_what_it_shows(check: &Check, chapter: &Chapter) -> Result<(), Problem> {
    let pages = PAGES.as_ref().map_err(Problem::clone)?;
    let page = pages.path().join(format!("{}.html", chapter.name));
    let page = fs::read_to_string(page).unwrap_or_default();
    let mut offered = BTreeMap::new();
    for link in page.split(LINK).skip(1) {
        let packed = link.split('"').next().unwrap_or_default();
        let files = unpack(packed)
            .map_err(|error| Problem::new(&chapter.path, "an archive is damaged").found(error))?;
        let name = files.keys().next().and_then(|path| path.split('/').next());
        offered.insert(name.unwrap_or_default().to_owned(), files);
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
fn unpack(packed: &str) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let bytes = STANDARD.decode(packed).map_err(|error| error.to_string())?;
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).map_err(|error| error.to_string())?;
        let name = file.name().map_err(|error| error.to_string())?.into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|error| error.to_string())?;
        files.insert(name, bytes);
    }
    Ok(files)
}

/// All that cargo needs of a package is in the archive, as it is in the listing's folder.
fn holds(folder: &Path, name: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Problem> {
    for file in ["Cargo.toml", "src/main.rs"] {
        if !files.contains_key(&format!("{name}/{file}")) {
            return Err(
                Problem::new(folder.display().to_string(), "the archive is not whole")
                    .expected(file)
                    .found(files.keys().cloned().collect::<Vec<_>>().join(", ")),
            );
        }
    }
    for (path, bytes) in files {
        let file = folder.join(path.strip_prefix(&format!("{name}/")).unwrap_or(path));
        if fs::read(root().join(&file)).is_ok_and(|there| there == *bytes) {
            continue;
        }
        return Err(
            Problem::new(file.display().to_string(), "the archive holds another file")
                .expected("the listing's")
                .found(path.clone()),
        );
    }
    Ok(())
}

/// Unpacked in an empty folder, it compiles and runs.
fn runs(check: &Check, name: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Problem> {
    let fail = |found: String| {
        Problem::new(
            format!("{name}.zip"),
            "what a reader downloads does not run",
        )
        .expected("`cargo run` in the unpacked folder ends well")
        .found(found)
    };
    let empty = tempfile::tempdir().map_err(|error| fail(error.to_string()))?;
    let write = |path: &str, bytes: &[u8]| {
        let file = empty.path().join(path);
        fs::create_dir_all(file.parent().unwrap_or(empty.path()))?;
        fs::write(file, bytes)
    };
    for (path, bytes) in files {
        write(path, bytes).map_err(|error| fail(error.to_string()))?;
    }
    // The versions, and the compiled dependencies, that are there already.
    let folder = empty.path().join(name);
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))
        .map_err(|error| fail(error.to_string()))?;
    let output = cargo::cargo()
        .args(["run", "--quiet", "--target-dir"])
        .arg(check.workspace()?.target.join("starters"))
        .current_dir(&folder)
        .output()
        .map_err(|error| fail(error.to_string()))?;
    if output.status.success() && !output.stdout.is_empty() {
        return Ok(());
    }
    Err(fail(output.status.to_string())
        .shown("cargo says", String::from_utf8_lossy(&output.stderr)))
}
