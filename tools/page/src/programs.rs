//! Finds the packages whose programs a chapter shows, and offers each for taking along.
//!
//! ````text
//! ```rust
//! {{#include ../listings/spawn/example-3/src/main.rs}}
//! ```
//! ````
//!
//! gets a line below it: the package as a zip file, and the program in the Rust Playground. Where
//! another block stands directly below, such as the same program in another language, the line comes
//! after that one.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use preprocessor::{Block, blocks};
use problem::Problem;

use crate::package::Package;
use crate::{archive, playground};

/// The text of the chapter in the file `chapter`, a path from the book's `root`, with links below the
/// first showing of each package.
///
/// # Errors
///
/// When a package cannot be read.
pub fn offer(root: &Path, chapter: &Path, text: &str) -> Result<String, Problem> {
    let here = chapter.parent().unwrap_or(Path::new(""));
    let blocks = blocks(text);
    let mut offered = BTreeSet::new();
    let mut parts: Vec<(usize, String)> = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let Some(folder) = shown(root, here, block) else {
            continue;
        };
        if !offered.insert(folder.clone()) {
            continue;
        }
        let links =
            links(&root.join(&folder)).map_err(|error| unpacked(&folder, chapter, &error))?;
        // Between a program and its twin, a line would part the two.
        let mut last = block;
        for next in &blocks[at + 1..] {
            if !text[last.range.end..next.range.start].trim().is_empty()
                || shown(root, here, next).is_some()
            {
                break;
            }
            last = next;
        }
        parts.push((last.range.end, links));
    }
    let mut out = text.to_owned();
    for (end, links) in parts.into_iter().rev() {
        out.insert_str(end, &format!("\n\n{links}\n"));
    }
    Ok(out)
}

/// What is told of a package that `chapter` shows and that cannot be packed. Of the chapter no line:
/// another preprocessor may have put some above it.
fn unpacked(folder: &Path, chapter: &Path, error: &io::Error) -> Problem {
    Problem::new(resolved(folder), "this package cannot be packed")
        .expected("a Cargo.toml with name and edition, and files that can be read")
        .found(error.to_string())
        .wanted_by(resolved(chapter))
        .help("readers take this folder along, so nothing in it can come from a workspace")
}

/// A path without `.` and `..`, as a message names it: `listings/a` for `src/../listings/a`.
fn resolved(path: &Path) -> String {
    let mut parts = Vec::new();
    for part in path.iter().map(|part| part.to_string_lossy()) {
        match &*part {
            "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The folder of the package whose program the block shows, in whole or in part; from the book's root.
fn shown(root: &Path, here: &Path, block: &Block) -> Option<PathBuf> {
    if block.language() != "rust" || block.info.contains("ignore") {
        return None;
    }
    let include = block.text.trim().strip_prefix("{{#")?.strip_suffix("}}")?;
    let (kind, file) = include.split_once(' ')?;
    if !["include", "rustdoc_include"].contains(&kind) {
        return None;
    }
    let file = file.trim().split(':').next()?;
    let folder = Path::new(file).parent()?;
    let folder = here.join(folder.parent().filter(|_| folder.ends_with("src"))?);
    let manifest = root.join(&folder).join("Cargo.toml");
    manifest.is_file().then_some(folder)
}

/// One HTML block. mdBook's own copy button copies a program; this is the whole package.
fn links(folder: &Path) -> io::Result<String> {
    let package = Package::read(folder)?;
    let name = &package.name;
    let zip = archive::link(&package)?;
    let mut html =
        format!("<p class=\"take\"><a download=\"{name}.zip\" href=\"{zip}\">{name}.zip</a>");
    if let Some(address) = playground::link(&package) {
        let address = address.replace('&', "&amp;");
        html += &format!(" · <a href=\"{address}\">{name} in the Playground</a>");
    }
    Ok(html + "</p>")
}
