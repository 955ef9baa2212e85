//! Stock mdBook builds the whole book from a clone, wherever the clone is, and another book as the
//! manual of the preprocessor says.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Arc, OnceLock};

use checks::book::Book;
use checks::fence;
use checks::include::{self, Include};
use checks::standalone::{self, Files, Standalone};
use checks::trial;
use libtest_mimic::Arguments;
use problem::Problem;
use promises::{root, site, tool};

/// The clone's folder: with a space, which breaks what quotes no path.
const NAME: &str = "a clone";

/// A clone of the checkout, in a folder with a space in its path, and the book built in it.
struct Clone {
    folder: PathBuf,
    files: Files,
    _kept: Standalone,
}

/// Made by the first test that asks for it, and removed with the last.
#[derive(Default)]
struct Made(OnceLock<Result<Clone, Problem>>);

impl Made {
    fn get(&self) -> Result<&Clone, Problem> {
        let made = self.0.get_or_init(make_clone);
        made.as_ref().map_err(Problem::clone)
    }
}

fn main() -> ExitCode {
    let made = Arc::new(Made::default());
    type Holds = fn(&Clone) -> Result<(), Problem>;
    let of_the_clone: [(&str, Holds); 3] = [
        ("nothing-but-the-book-is-written", nothing_else_written),
        ("every-chapter-has-its-page", every_chapter),
        ("every-program-is-on-its-page", every_program),
    ];
    let mut trials = vec![trial("another-book-shows-its-own-run", another_book)];
    for (name, holds) in of_the_clone {
        let made = Arc::clone(&made);
        trials.push(trial(name, move || holds(made.get()?)));
    }
    drop(made);
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn nothing_else_written(clone: &Clone) -> Result<(), Problem> {
    let mut now = standalone::files_below(&clone.folder).map_err(unreadable)?;
    // What is built on first use is in `target`, which Git ignores as it does this folder.
    now.retain(|file, _| !file.starts_with("book"));
    if now == clone.files {
        return Ok(());
    }
    let written = now
        .iter()
        .filter(|(file, bytes)| clone.files.get(*file) != Some(bytes));
    let new: Vec<_> = written
        .map(|(file, _)| file.display().to_string())
        .collect();
    Err(Problem::new("mdbook build", "mdBook writes into the clone")
        .expected("no file outside book/ and target/")
        .found(new.join(", ")))
}

fn every_chapter(clone: &Clone) -> Result<(), Problem> {
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

fn every_program(clone: &Clone) -> Result<(), Problem> {
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

/// Follows the manual word by word: its blocks are written to the files that they name, its
/// commands are run.
fn another_book() -> Result<(), Problem> {
    const MANUAL: &str = "tools/replay/README.md";
    let fail = |error: std::io::Error| {
        Problem::new(MANUAL, "the book cannot be made").found(error.to_string())
    };
    let manual = fs::read_to_string(root().join(MANUAL)).map_err(fail)?;
    let section = manual
        .split("\n## ")
        .find(|part| part.starts_with("In a book of yours"));
    let section = section.ok_or_else(|| {
        Problem::new(MANUAL, "nothing says how another book shows a run")
            .expected("a section `In a book of yours`")
    })?;
    let kept = Standalone::new("another-book", &Files::new(), &target()?).map_err(fail)?;
    let book = kept.folder();
    fs::create_dir(book.join("src")).map_err(fail)?;
    fs::write(book.join("src/SUMMARY.md"), "- [Waiting](waiting.md)\n").map_err(fail)?;
    fs::write(book.join("book.toml"), "[book]\ntitle = \"Other\"\n\n").map_err(fail)?;
    std::os::unix::fs::symlink(root(), book.join("async-rust")).map_err(fail)?;
    for fence in fence::fences(section) {
        if fence.language() == "sh" {
            run_in(book, &fence.text)?;
            continue;
        }
        let named = |line: &str| {
            let line = line.trim_start_matches(['#', '/', '<', '!', '-']);
            line.trim_end_matches("-->").trim().to_owned()
        };
        let file = book.join(named(fence.text.lines().next().unwrap_or_default()));
        let before = fs::read_to_string(&file).unwrap_or_default();
        fs::create_dir_all(file.parent().unwrap_or(book)).map_err(fail)?;
        fs::write(&file, before + &fence.text).map_err(fail)?;
    }
    let page = fs::read_to_string(book.join("book/waiting.html")).map_err(fail)?;
    let run = recording::read(&book.join("listings/waiting/two-sleeps/recording.jsonl"));
    let run = run.map_err(|damage| {
        Problem::new(MANUAL, "the recording cannot be read").found(damage.to_string())
    })?;
    for expected in [
        "<replay-run>",
        "id=\"two-sleeps@main-suspends-1\"",
        "class=\"predict\"",
        "replay-",
        "predict-",
        &format!("$ cargo run -p two-sleeps\n{}</code>", run.stdout()),
    ] {
        if !page.contains(expected) || page.contains("{{#") {
            return Err(Problem::new(MANUAL, "the page is not what the manual says")
                .expected(format!("`{expected}`"))
                .shown("the page", page));
        }
    }
    Ok(())
}

/// Runs the commands of a manual, with what they build kept for the next time.
fn run_in(folder: &Path, commands: &str) -> Result<(), Problem> {
    let mdbook = tool::mdbook()?;
    let tools = mdbook.parent().map(Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(tools.into_iter().chain(std::env::split_paths(&path)));
    let output = Command::new("sh")
        .args(["-e", "-c", commands])
        .current_dir(folder)
        .env("PATH", path.unwrap_or_default())
        .env("CARGO_TARGET_DIR", target()?)
        // As in this workspace: nobody steps through it in a debugger, and it is built faster.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .output();
    let output =
        output.map_err(|error| Problem::new("sh", "cannot be started").found(error.to_string()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() && !said.contains("WARN") {
        return Ok(());
    }
    Err(
        Problem::new("tools/replay/README.md", "a command of the manual fails")
            .expected(commands.trim())
            .found(output.status.to_string())
            .shown("it says", said),
    )
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

fn make_clone() -> Result<Clone, Problem> {
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
        .map_err(unreadable)?;
    if !listed.status.success() {
        return Err(
            unreadable(io::Error::other(String::from_utf8_lossy(&listed.stderr)))
                .help("the tests need git, and a clone of the repository"),
        );
    }
    let mut files = Files::new();
    for file in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
        // One that is deleted and not yet committed is listed.
        if root().join(file).is_file() {
            let bytes = fs::read(root().join(file)).map_err(unreadable)?;
            files.insert(PathBuf::from(file), bytes);
        }
    }
    let inside = files
        .iter()
        .map(|(file, bytes)| (Path::new(NAME).join(file), bytes.clone()));
    let kept = Standalone::new("book", &inside.collect(), &target()?).map_err(unreadable)?;
    let folder = kept.folder().join(NAME);
    std::os::unix::fs::symlink(target()?, folder.join("target")).map_err(unreadable)?;
    site::build(&folder, &folder.join("book"), &[])?;
    kept.mark_built().map_err(unreadable)?;
    Ok(Clone {
        folder,
        files,
        _kept: kept,
    })
}

/// What the preprocessors are compiled to, for the clone and for another book.
fn target() -> Result<PathBuf, Problem> {
    let target = root().join("target/stock");
    fs::create_dir_all(&target).map_err(unreadable)?;
    Ok(target)
}

fn unreadable(error: io::Error) -> Problem {
    Problem::new(
        root().display().to_string(),
        "the checkout cannot be cloned",
    )
    .found(error.to_string())
}
