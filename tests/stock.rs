//! Stock mdBook builds the whole book from a clone, wherever the clone is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::OnceLock;

use checks::book::Book;
use checks::include::{self, Include};
use checks::problem::Problem;
use libtest_mimic::Arguments;
use promises::{root, site, trial};

static CLONE: OnceLock<Result<Clone, Problem>> = OnceLock::new();

/// A clone of the checkout, in a folder with a space in its path, and the book built in it.
struct Clone {
    folder: PathBuf,
    files: Vec<String>,
    _kept: tempfile::TempDir,
}

fn main() -> ExitCode {
    let trials = vec![
        trial("nothing-but-the-book-is-written", nothing_else_written),
        trial("every-chapter-has-its-page", every_chapter),
        trial("every-program-is-on-its-page", every_program),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn nothing_else_written() -> Result<(), Problem> {
    let clone = clone()?;
    let mut now = files_below(&clone.folder, Path::new(""));
    // The preprocessor is built on first use. Git ignores both folders.
    now.retain(|file| !file.starts_with("book/") && !file.starts_with("target/"));
    if now == clone.files {
        return Ok(());
    }
    let new: Vec<_> = now
        .iter()
        .filter(|file| !clone.files.contains(file))
        .cloned()
        .collect();
    Err(Problem::new("mdbook build", "mdBook writes into the clone")
        .expected("no file outside book/ and target/")
        .found(new.join(", ")))
}

fn every_chapter() -> Result<(), Problem> {
    let clone = clone()?;
    for chapter in &Book::open(&clone.folder)?.chapters {
        let page = page(clone, &chapter.name)?;
        if page.contains("{{#") {
            return Err(
                Problem::new(&chapter.path, "a directive is left on the page")
                    .expected("none")
                    .found("`{{#`"),
            );
        }
    }
    Ok(())
}

fn every_program() -> Result<(), Problem> {
    let clone = clone()?;
    let mut programs = 0;
    for chapter in &Book::open(&clone.folder)?.chapters {
        let page = page(clone, &chapter.name)?;
        let (whole, shown) = (with_hidden_lines(&page), without_hidden_lines(&page));
        for fence in &chapter.fences {
            for part in include::includes(&fence.text) {
                programs += 1;
                let place = chapter.at(fence.line);
                let text = part.expand(chapter.folder()).map_err(|error| {
                    Problem::new(&place, "an include cannot be expanded")
                        .found(format!("{error:?}"))
                })?;
                let only_the_part = Include {
                    hides_rest: false,
                    ..part.clone()
                };
                let part_text = only_the_part.expand(chapter.folder()).unwrap_or_default();
                if !whole.contains(&escaped(text.trim_end()))
                    || !shown.contains(&escaped(part_text.trim_end()))
                {
                    return Err(Problem::new(place, "the page does not show this program")
                        .expected(part.path.display().to_string())
                        .found("a page without its text"));
                }
            }
        }
    }
    if programs > 0 {
        return Ok(());
    }
    Err(Problem::new("src", "no chapter shows a program"))
}

/// What mdBook writes around each line that `rustdoc_include` hides.
const HIDDEN: (&str, &str) = ("<span class=\"boring\">", "</span>");

fn with_hidden_lines(page: &str) -> String {
    hidden_lines(page, |line| line)
}

fn without_hidden_lines(page: &str) -> String {
    hidden_lines(page, |_| "")
}

fn hidden_lines(page: &str, kept: fn(&str) -> &str) -> String {
    let mut pieces = page.split(HIDDEN.0);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (line, rest) = piece.split_once(HIDDEN.1).unwrap_or((piece, ""));
        text.extend([kept(line), rest]);
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn page(clone: &Clone, chapter: &str) -> Result<String, Problem> {
    let file = format!("book/{chapter}.html");
    fs::read_to_string(clone.folder.join(&file)).map_err(|error| {
        Problem::new(format!("src/{chapter}.md"), "the chapter has no page")
            .expected(file)
            .found(error.to_string())
    })
}

fn clone() -> Result<&'static Clone, Problem> {
    CLONE
        .get_or_init(make_clone)
        .as_ref()
        .map_err(Problem::clone)
}

fn make_clone() -> Result<Clone, Problem> {
    let fail = |error: std::io::Error| {
        Problem::new(
            root().display().to_string(),
            "the checkout cannot be cloned",
        )
        .found(error.to_string())
    };
    let kept = tempfile::tempdir().map_err(fail)?;
    let folder = kept.path().join("a clone");
    // What a clone of the next commit would hold: all that git tracks or would add.
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output()
        .map_err(fail)?;
    if !listed.status.success() {
        return Err(fail(std::io::Error::other(String::from_utf8_lossy(
            &listed.stderr,
        )))
        .help("the tests need git, and a clone of the repository"));
    }
    for file in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
        let (from, to) = (root().join(file), folder.join(file));
        if from.is_file() {
            fs::create_dir_all(to.parent().unwrap_or(&folder)).map_err(fail)?;
            fs::copy(from, to).map_err(fail)?;
        }
    }
    let files = files_below(&folder, Path::new(""));
    site::build(&folder, &folder.join("book"), &[])?;
    Ok(Clone {
        folder,
        files,
        _kept: kept,
    })
}

fn files_below(root: &Path, folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in root.join(folder).read_dir().into_iter().flatten().flatten() {
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            files.extend(files_below(root, &path));
        } else {
            files.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    files.sort();
    files
}
