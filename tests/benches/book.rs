//! What the preprocessors add to a build of the book: `cargo bench --bench book`.
//!
//! Of this book; and of books that are made of its chapters that show a run, with their listings, each
//! time under other names, since a run can be shown once in a book. Each is built without preprocessors,
//! with each, and with both as one program, in turn, so that what else the machine does falls on all; the
//! figures are medians and ratios within one run. Last comes this book as its readers build it, where
//! `cargo run` starts the program. The preprocessors promise that what they add to a chapter does
//! not grow with the book, and that `replay` makes a build 1.5 times as long at most. Nothing here can
//! fail; the figures are for people.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use promises::{root, tool};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How many chapters the books have that are made of its chapters.
const SIZES: [usize; 2] = [50, 500];

/// How often this book is built in each way, and how often one of those sizes.
const ROUNDS: [usize; 2] = [9, 3];

/// The ways to build a book: with which of our programs.
const WAYS: [Option<&str>; 4] = [None, Some("replay"), Some("page"), Some("replay-and-page")];

fn main() -> Result<()> {
    if !promises::is_bench() {
        return Ok(());
    }
    let mdbook = tool::mdbook().map_err(|problem| problem.to_string())?;
    let tools = preprocessors()?;
    let chapters = chapters()?;
    println!("`mdbook build`, in seconds; what a chapter adds to it, in milliseconds");
    println!("  with a run                 with    seconds   ratio   a chapter");
    for size in [None].into_iter().chain(SIZES.map(Some)) {
        let folder = tempfile::tempdir()?;
        match size {
            Some(size) => write_book(folder.path(), &chapters, size)?,
            None => copy_book(folder.path())?,
        }
        let is_own = size.is_none();
        let size = size.unwrap_or(chapters.len());
        let mut times = WAYS.map(|_| Vec::new());
        let mut as_readers = Vec::new();
        for _ in 0..ROUNDS[usize::from(!is_own)] {
            for (way, times) in WAYS.iter().zip(&mut times) {
                write_settings(folder.path(), *way, &tools)?;
                times.push(build(&mdbook, folder.path(), folder.path())?);
            }
            if is_own {
                as_readers.push(build(&mdbook, root(), folder.path())?);
            }
        }
        let neither = median(&mut times[0]);
        let print = |name: &str, times: &mut [Duration]| {
            let time = median(times);
            println!(
                "  {size:>10}  {name:>20}  {time:>9.3}  {:>6.2}  {:>10.1}",
                time / neither,
                1000.0 * (time - neither) / size as f64
            );
        };
        for (way, times) in WAYS.iter().zip(&mut times) {
            print(way.unwrap_or("neither"), times);
        }
        if is_own {
            print("`cargo run`", &mut as_readers);
        }
    }
    Ok(())
}

/// In seconds.
fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

/// Builds both, as `mdbook build` does on first use; the folder of the executables.
fn preprocessors() -> Result<PathBuf> {
    let built = checks::cargo::cargo()
        .args([
            "build",
            "--release",
            "--quiet",
            "-p",
            "mdbook-replay",
            "-p",
            "mdbook-page",
            "-p",
            "mdbook-replay-and-page",
        ])
        .current_dir(root())
        .status()?;
    if !built.success() {
        return Err("the preprocessors do not build".into());
    }
    let bench = std::env::current_exe()?;
    let profiles = bench.ancestors().nth(3).ok_or("no target folder")?;
    Ok(profiles.join("release"))
}

/// A chapter that shows a run: its name, and its text.
struct Chapter {
    name: String,
    text: String,
}

fn chapters() -> Result<Vec<Chapter>> {
    let mut chapters = Vec::new();
    for entry in fs::read_dir(root().join("src"))? {
        let path = entry?.path();
        let (Some(name), Ok(text)) = (path.file_stem(), fs::read_to_string(&path)) else {
            continue;
        };
        let name = name.to_string_lossy().into_owned();
        if text.contains("\n{{#replay ") {
            chapters.push(Chapter { name, text });
        }
    }
    chapters.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(chapters)
}

/// Copies this book, with all that its build needs.
fn copy_book(folder: &Path) -> Result<()> {
    for name in ["src", "theme", "listings"] {
        let is_source = |path: &Path| !path.ends_with("node_modules") && !path.ends_with("target");
        copy(&root().join(name), &folder.join(name), &is_source)?;
    }
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(())
}

/// Writes a book of so many chapters, with all that it needs.
fn write_book(folder: &Path, chapters: &[Chapter], size: usize) -> Result<()> {
    copy(&root().join("theme"), &folder.join("theme"), &|path| {
        !path.ends_with("node_modules")
    })?;
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    fs::create_dir(folder.join("src"))?;
    let mut summary = String::new();
    for (number, chapter) in chapters.iter().cycle().take(size).enumerate() {
        let listings = root().join("listings").join(&chapter.name);
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(&listings)? {
            names.insert(entry?.file_name().to_string_lossy().into_owned());
        }
        let rename = |text: &str| renamed(text, &names, &format!("c{number}"));
        for name in &names {
            let to = folder.join("listings").join(&chapter.name);
            let to = to.join(rename(name));
            copy(&listings.join(name), &to, &|path| !path.ends_with("target"))?;
            for file in ["Cargo.toml", "recording.jsonl"] {
                let Ok(text) = fs::read_to_string(to.join(file)) else {
                    continue;
                };
                // A recording names its listing in its first line.
                let head = match file {
                    "Cargo.toml" => text.len(),
                    _ => text.find('\n').unwrap_or(0),
                };
                let (head, rest) = text.split_at(head);
                fs::write(to.join(file), rename(head) + rest)?;
            }
        }
        // Moments of runs that this book has in another chapter, or not at all.
        let text = rename(&chapter.text).replace(".md#", ".md?");
        let file = format!("{}-{number}.md", chapter.name);
        fs::write(folder.join("src").join(&file), text)?;
        writeln!(summary, "- [{} {number}]({file})", chapter.name)?;
    }
    fs::write(folder.join("src/SUMMARY.md"), summary)?;
    Ok(())
}

/// The text with each word that is one of `names` under the name it has in this book.
fn renamed(text: &str, names: &BTreeSet<String>, prefix: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        if names.contains(word) {
            renamed.push_str(prefix);
            renamed.push('-');
        }
        renamed.push_str(word);
        let between = after.find(is_part).unwrap_or(after.len());
        renamed.push_str(&after[..between]);
        rest = &after[between..];
    }
    renamed
}

/// Copies a folder, without what is not `wanted`.
fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name().filter(|_| wanted(&path)) else {
            continue;
        };
        if path.is_dir() {
            copy(&path, &to.join(name), wanted)?;
        } else {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

/// Writes the book.toml that this book has, with one of our programs or none.
fn write_settings(folder: &Path, with: Option<&str>, tools: &Path) -> Result<()> {
    let settings = fs::read_to_string(root().join("book.toml"))?;
    let (before, output) = settings
        .split_once("[preprocessor.")
        .and_then(|(before, rest)| Some((before, rest.split_once("[output.html]")?.1)))
        .ok_or("book.toml has no preprocessor and no output")?;
    let mut toml = before.to_owned();
    if let Some(name) = with {
        let command = tools.join(format!("mdbook-{name}{}", std::env::consts::EXE_SUFFIX));
        writeln!(
            toml,
            "[preprocessor.{name}]\ncommand = {:?}\nrenderers = [\"html\"]\nbefore = [\"links\"]",
            command.display().to_string()
        )?;
    }
    fs::write(
        folder.join("book.toml"),
        format!("{toml}\n[output.html]{output}"),
    )?;
    Ok(())
}

/// How long mdBook takes for the book in `folder`; the pages go below `to`.
fn build(mdbook: &Path, folder: &Path, to: &Path) -> Result<Duration> {
    let pages = to.join("book");
    if pages.exists() {
        fs::remove_dir_all(&pages)?;
    }
    let mut mdbook = Command::new(mdbook);
    mdbook
        .arg("build")
        .arg(folder)
        .arg("--dest-dir")
        .arg(&pages);
    let begin = Instant::now();
    let built = mdbook.output()?;
    let time = begin.elapsed();
    if built.status.success() {
        return Ok(time);
    }
    Err(String::from_utf8_lossy(&built.stderr).into())
}
