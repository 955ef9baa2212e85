//! What can be seen without running anything: includes that lead nowhere, fences left open,
//! blocks that nothing checks, listings without a page and pages without a listing.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use libtest_mimic::Trial;

use crate::book::{Chapter, slashes};
use crate::command::Program;
use crate::console::Console;
use crate::errors;
use crate::exercise;
use crate::fence::{Fence, line_of};
use crate::harness::Check;
use crate::include::{self, Include, IncludeError, Part};
use crate::output::missing_python;
use crate::what_if;
use crate::workspace::{FOLDER, Listing};
use problem::Problem;

/// The words after `rust` that keep a fence from being compiled and run as it stands.
const UNCHECKED: [&str; 4] = ["ignore", "no_run", "compile_fail", "test_harness"];

/// A folder of programs that must not compile; a check of its own compiles them.
pub(crate) const ERRORS: &str = "errors";

/// Looks for one kind of problem.
type Look = Box<dyn Fn(&Check) -> Vec<Problem> + Send>;

/// One trial for the table of contents, one for each chapter and one for each listing: includes
/// lead somewhere, fences are closed, every rust fence is a program, every console block runs
/// something, and every listing's program and output are on a page. Nothing is run for it.
pub fn book(check: &Arc<Check>) -> Vec<Trial> {
    let trial = |name: String, problems: Look| {
        let check = Arc::clone(check);
        Trial::test(name, move || all(problems(&check)))
    };
    let mut trials = vec![trial("SUMMARY".to_owned(), Box::new(contents))];
    for (index, chapter) in check.book.chapters.iter().enumerate() {
        trials.push(trial(
            chapter.name.clone(),
            Box::new(move |check| self::chapter(check, &check.book.chapters[index])),
        ));
    }
    match check.workspace() {
        Ok(workspace) => {
            for name in workspace.listings.keys() {
                let listing = name.clone();
                trials.push(trial(
                    format!("{FOLDER}::{name}"),
                    Box::new(move |check| match check.workspace() {
                        Ok(workspace) => {
                            let listing = &workspace.listings[&listing];
                            let mut problems = self::listing(check, listing);
                            problems.extend(what_if::unoffered(check, workspace, listing));
                            problems
                        }
                        Err(problem) => vec![problem],
                    }),
                ));
            }
        }
        Err(problem) => {
            trials.push(trial(
                FOLDER.to_owned(),
                Box::new(move |_| vec![problem.clone()]),
            ));
        }
    }
    trials
}

fn all(problems: Vec<Problem>) -> Result<(), libtest_mimic::Failed> {
    let told: Vec<_> = problems.iter().map(Problem::to_string).collect();
    if told.is_empty() {
        return Ok(());
    }
    Err(told.join("\n\n").into())
}

/// Chapters that SUMMARY.md names and nobody wrote, and the other way round.
fn contents(check: &Check) -> Vec<Problem> {
    let book = &check.book;
    let mut problems = book.missing.clone();
    let known: BTreeSet<&str> = book.chapters.iter().map(|chapter| &*chapter.path).collect();
    for file in markdown_files(&book.root().join(book.source())) {
        let path = slashes(file.strip_prefix(book.root()).unwrap_or(&file));
        // A text that several chapters share is a part of each.
        let shared = book.chapters.iter().any(|chapter| shows(chapter, &file));
        // mdBook knows these two by their names; the second stands where a page does not exist.
        let own = ["SUMMARY.md", "404.md"].map(|name| book.root().join(book.source()).join(name));
        if !known.contains(&*path) && !own.contains(&file) && !shared {
            problems.push(
                Problem::new(format!("{path}:1"), "this chapter is not in the book")
                    .expected("a line of SUMMARY.md that names it")
                    .found("none")
                    .help("add the line, or delete the file"),
            );
        }
    }
    problems
}

fn markdown_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(markdown_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn chapter(check: &Check, chapter: &Chapter) -> Vec<Problem> {
    let mut problems: Vec<_> = include::includes(&chapter.text)
        .iter()
        .filter(|include| {
            let inside_rust = chapter.fences.iter().any(|fence| {
                fence.language() == "rust" && fence.range.contains(&include.range.start)
            });
            !inside_rust
        })
        .filter_map(|include| {
            let line = line_of(&chapter.text, include.range.start);
            let error = include.expand(chapter.folder()).err()?;
            Some(unresolved(chapter, line, include, &error))
        })
        .collect();
    for fence in &chapter.fences {
        problems.extend(self::fence(chapter, fence));
    }
    for console in Console::all(chapter) {
        let problem = console
            .and_then(|console| runs_something(check, &console))
            .err();
        // A fence that is left open is one problem, whatever it would run.
        problems.extend(problem.filter(|problem| !problems.contains(problem)));
    }
    problems
}

/// That a fence is left open, if it is.
pub(crate) fn left_open(chapter: &Chapter, fence: &Fence) -> Option<Problem> {
    fence.left_open.then(|| {
        Problem::new(chapter.at(fence.line), "this fence is left open")
            .expected("a line of backticks that closes it")
            .found("none before the next block or the end of the chapter")
            .help("close it below its last line")
    })
}

/// What is wrong with a fence as such.
pub(crate) fn fence(chapter: &Chapter, fence: &Fence) -> Vec<Problem> {
    let place = chapter.at(fence.line);
    if let Some(problem) = left_open(chapter, fence) {
        return vec![problem];
    }
    // mdBook colours these too, so nobody would see that nothing checks them.
    if fence.language() == "rs"
        || fence.language().eq_ignore_ascii_case("rust") && fence.language() != "rust"
    {
        return vec![
            Problem::new(place, "this program is not checked")
                .expected("```rust")
                .found(format!("```{}", fence.info))
                .help("spell it `rust`; a program of another language, or none, is another word"),
        ];
    }
    if fence.language() != "rust" {
        return Vec::new();
    }
    let mut problems = Vec::new();
    if let Some(word) = UNCHECKED.iter().find(|word| fence.has(word))
        && !shows_an_error(fence)
    {
        problems.push(
            Problem::new(&place, format!("`{word}` keeps this program from being checked"))
                .expected("a program that compiles and runs")
                .found(format!("```{}", fence.info))
                .help(format!("take the word away; a program that must not compile is included from a listing's {ERRORS}/")),
        );
    }
    match include::expand(&fence.text, chapter.folder()) {
        Err((include, error)) => {
            let line = fence.line + line_of(&fence.text, include.range.start);
            problems.push(unresolved(chapter, line, &include, &error));
        }
        Ok(expanded) => {
            let raw = expanded.lines().find(|line| line.contains("{{#"));
            problems.extend(raw.map(|line| {
                Problem::new(&place, "a directive is left in this program")
                    .expected("Rust")
                    .found(format!("`{}`", line.trim()))
            }));
        }
    }
    problems
}

/// Whether a fence shows a program that must not compile: nothing but an include from a listing's
/// folder of errors.
pub(crate) fn shows_an_error(fence: &Fence) -> bool {
    let includes = include::includes(&fence.text);
    let [include] = &includes[..] else {
        return false;
    };
    let folder = include.path.parent().and_then(Path::file_name);
    fence.has("ignore")
        && fence.text.trim().len() == include.range.len()
        && folder.is_some_and(|folder| folder == ERRORS)
}

fn unresolved(chapter: &Chapter, line: usize, include: &Include, error: &IncludeError) -> Problem {
    let path = slashes(&include.path);
    let place = chapter.at(line);
    match error {
        IncludeError::File(reason) => {
            Problem::new(place, "this include names a file that is not there")
                .expected(path)
                .found(reason)
                .help("the path is from the chapter's folder")
        }
        IncludeError::Anchor(names) => {
            let anchor = match &include.part {
                Part::Anchor(name) => name.as_str(),
                _ => "",
            };
            Problem::new(place, "this include names an anchor that is not there")
                .expected(format!("`ANCHOR: {anchor}` in {path}"))
                .found(match names.is_empty() {
                    true => "no anchor".to_owned(),
                    false => format!("the anchors {}", names.join(", ")),
                })
                .help("mdBook would show an empty block without a word")
        }
        IncludeError::Marks(mark) => Problem::new(
            place,
            "this include shows a whole file that has anchor marks in it",
        )
        .expected("a file without marks, or one of its anchors")
        .found(format!("`{mark}` in {path}"))
        .help("mdBook would print the mark; `rustdoc_include` shows a part and hides the rest"),
        IncludeError::Lines(count) => {
            Problem::new(place, "this include names lines that are not there")
                .expected(format!("a range within {path}"))
                .found(match count {
                    1 => "1 line".to_owned(),
                    count => format!("{count} lines"),
                })
                .help("lines are counted from 1, the last one included")
        }
    }
}

fn runs_something(check: &Check, console: &Console) -> Result<(), Problem> {
    match &console.command.program {
        Program::Cargo(package) => {
            // A workspace that cannot be read is told once, by a trial of its own.
            if let Ok(workspace) = check.workspace() {
                workspace.listing(package, &console.place())?;
            }
        }
        Program::Python(file) => {
            if !check.book.root().join(file).is_file() {
                return Err(missing_python(console, file));
            }
        }
    }
    Ok(())
}

/// A listing's program is on a page, and so is what it prints.
fn listing(check: &Check, listing: &Listing) -> Vec<Problem> {
    let mut problems = errors::unshown(check, listing);
    problems.extend(exercise::unshown(check, listing));
    let root = check.book.root();
    for (file, what) in [("src/main.rs", "program"), ("main.py", "Python program")] {
        let file = format!("{}/{file}", listing.folder);
        if !root.join(&file).is_file() {
            continue;
        }
        if !check
            .book
            .chapters
            .iter()
            .any(|chapter| shows(chapter, &root.join(&file)))
        {
            problems.push(
                Problem::new(
                    &listing.folder,
                    format!("no chapter shows this listing's {what}"),
                )
                .expected(format!("an include of {file}"))
                .found(format!("none in {}", chapters(check)))
                .help("show it where it belongs, or delete the listing"),
            );
        }
        let program = match what {
            "program" => Program::Cargo(listing.name.clone()),
            _ => Program::Python(file),
        };
        if !Console::in_book(&check.book)
            .map(|console| console.command.program)
            .any(|run| run == program)
        {
            let command = match &program {
                Program::Cargo(package) => format!("$ cargo run -p {package}"),
                Program::Python(file) => format!("$ python3 {file}"),
            };
            problems.push(
                Problem::new(
                    &listing.folder,
                    format!("no chapter shows what this listing's {what} prints"),
                )
                .expected(format!("a console block that begins `{command}`"))
                .found(format!("none in {}", chapters(check)))
                .help("add the block; blessing fills it"),
            );
        }
    }
    problems
}

pub(crate) fn chapters(check: &Check) -> String {
    match check.book.chapters.len() {
        1 => "the one chapter".to_owned(),
        count => format!("{count} chapters"),
    }
}

pub(crate) fn shows(chapter: &Chapter, file: &Path) -> bool {
    include::includes(&chapter.text).iter().any(|include| {
        let included = chapter.folder().join(&include.path);
        match (included.canonicalize(), file.canonicalize()) {
            (Ok(included), Ok(file)) => included == file,
            _ => false,
        }
    })
}
