//! The end of a page: what comes next, and what the page was verified with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mdbook_preprocessor::book::{Book, BookItem};
use toml::Table;

/// What the ends of a book's pages say.
#[derive(Debug)]
pub struct Foot {
    /// Title and file of each chapter, in the order of reading.
    chapters: Vec<(String, PathBuf)>,
    verified: String,
}

impl Foot {
    /// Asks for the versions of what the book in `root` is built with. What cannot be had is left out.
    pub fn of_book(root: &Path, book: &Book) -> Self {
        let chapters = book.iter().filter_map(|item| match item {
            BookItem::Chapter(chapter) => {
                let path = chapter.source_path.clone()?;
                Some((chapter.name.clone(), path))
            }
            _ => None,
        });
        Foot {
            chapters: chapters.collect(),
            verified: verified(root),
        }
    }

    /// What to add to the chapter in the file `path`, from the book's `src`.
    pub fn after(&self, path: &Path) -> String {
        let mut text = String::new();
        let at = self.chapters.iter().position(|(_, file)| file == path);
        if let Some((title, file)) = at.and_then(|at| self.chapters.get(at + 1)) {
            let up = "../".repeat(path.components().count() - 1);
            let file: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
            text += &format!(
                "\n\n<div class=\"up-next\">\n\nNext: [{title}]({up}{})\n\n</div>\n",
                file.join("/")
            );
        }
        text + &format!("\n\n<p class=\"verified\">{}</p>\n", self.verified)
    }
}

/// The version of the compiler that has built this preprocessor. The book is built with the same one:
/// mdBook runs `cargo run`, and cargo builds anew what another compiler has built. Asking `rustc` instead
/// would take longer than all else that is done here, since rustup has to find it first.
const RUST: &str = env!("RUST");

/// `Verified with Rust 1.95.0 and tokio 1.54.1. Last change: 2026-11-25.`
///
/// A page is published when the checks of its commit have passed, by the same compiler and with the
/// same lockfile.
fn verified(root: &Path) -> String {
    let tokio = locked(root, "tokio").map(|version| format!(" and tokio {version}"));
    let date = said(root, "git", &["log", "-1", "--format=%cs"]);
    let date = date.map(|date| format!(" Last change: {date}."));
    format!(
        "Verified with Rust {RUST}{}.{}",
        tokio.unwrap_or_default(),
        date.unwrap_or_default()
    )
}

/// The version of a package in the book's Cargo.lock.
fn locked(root: &Path, name: &str) -> Option<String> {
    let lock: Table = fs::read_to_string(root.join("Cargo.lock"))
        .ok()?
        .parse()
        .ok()?;
    let packages = lock.get("package")?.as_array()?;
    let package = packages
        .iter()
        .find(|package| package.get("name").and_then(|it| it.as_str()) == Some(name))?;
    Some(package.get("version")?.as_str()?.to_owned())
}

/// The first line that a program prints, unless there is none or it fails.
fn said(root: &Path, program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.lines().next().filter(|line| !line.is_empty())?;
    output.status.success().then(|| line.to_owned())
}
