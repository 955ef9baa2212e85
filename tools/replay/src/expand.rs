//! Expands `{{#replay LISTING}}` in a book's chapters.
//!
//! ```text
//! ## Watch it
//!
//! {{#replay example-3}}
//! ```
//!
//! becomes the HTML block that [`crate::html::page`] makes of
//! `listings/<any>/example-3/recording.jsonl`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::html;
use crate::moments::Moments;
use crate::problem::Problem;
use crate::steps;
use recording::{Damage, Recording};

const DIRECTIVE: &str = "{{#replay";

/// The runs of one book: where they are, and which of them have been shown.
#[derive(Debug)]
pub struct Runs {
    root: PathBuf,
    /// The folder of every listing below `listings/`, from the book's root.
    folders: BTreeMap<String, PathBuf>,
    /// Where each run was shown; a second time would give the page's links two targets.
    shown: BTreeMap<String, String>,
    moments: Moments,
    /// What an author should know of, although the book can be built.
    pub warnings: Vec<Problem>,
}

impl Runs {
    /// Looks for the listings of the book whose book.toml is in `root`.
    pub fn of_book(root: &Path) -> Self {
        let mut folders = BTreeMap::new();
        find(root, Path::new("listings"), &mut folders);
        Runs {
            root: root.to_owned(),
            folders,
            shown: BTreeMap::new(),
            moments: Moments::default(),
            warnings: Vec::new(),
        }
    }

    /// A chapter's text with each directive that stands outside of code replaced by the run.
    /// `chapter` is the chapter's file, from the book's root.
    ///
    /// # Errors
    ///
    /// When a directive names no listing, or its run cannot be shown.
    pub fn expand(&mut self, chapter: &str, text: &str) -> Result<String, Problem> {
        self.moments.read(chapter, text);
        let mut expanded = String::with_capacity(text.len());
        let mut fence: Option<(char, usize)> = None;
        for (at, line) in text.split_inclusive('\n').enumerate() {
            if let Some((mark, length)) = fence_mark(line) {
                match fence {
                    None => fence = Some((mark, length)),
                    Some((open, least)) if open == mark && length >= least => {
                        if line.trim().chars().all(|c| c == mark) {
                            fence = None;
                        }
                    }
                    Some(_) => {}
                }
            }
            let Some(start) = directive(line).filter(|_| fence.is_none()) else {
                expanded.push_str(line);
                continue;
            };
            let place = format!("{chapter}:{}", at + 1);
            let rest = line[start + DIRECTIVE.len()..].trim();
            let name = rest.strip_suffix("}}").map(str::trim);
            let Some(name) = name.filter(|_| line[..start].trim().is_empty()) else {
                return Err(Problem::new(place, "this directive cannot be read")
                    .expected("`{{#replay LISTING}}` alone on its line")
                    .found(format!("`{}`", line.trim())));
            };
            let page = self.run(chapter, &place, name)?;
            expanded.push('\n');
            expanded.push_str(&page);
            expanded.push('\n');
        }
        Ok(expanded)
    }

    /// Whether the links to moments, in all chapters that were expanded, lead to one.
    ///
    /// # Errors
    ///
    /// When a link leads to a run that its target does not show, or that has no such moment.
    pub fn check_links(&self) -> Result<(), Problem> {
        self.moments.check()
    }

    fn run(&mut self, chapter: &str, place: &str, name: &str) -> Result<String, Problem> {
        let Some(folder) = self.folders.get(name) else {
            return Err(Problem::new(place, "there is no listing of this name")
                .expected(format!("a folder `listings/<chapter>/{name}`"))
                .found("none")
                .help(format!("recorded listings: {}", self.recorded())));
        };
        if let Some(before) = self.shown.insert(name.to_owned(), place.to_owned()) {
            return Err(Problem::new(place, "this run is in the book already")
                .expected("each run once, so that a link to one of its moments has one target")
                .found(format!("`{name}` here and at {before}")));
        }
        let folder = slashed(folder);
        let file = format!("{folder}/recording.jsonl");
        let again = format!("record it: `cargo run -p recorder -- {folder}`");
        let text = fs::read_to_string(self.root.join(&file)).map_err(|error| {
            Problem::new(place, "this listing's recording cannot be read")
                .expected(&file)
                .found(error.to_string())
                .help(&again)
                .help(format!("recorded listings: {}", self.recorded()))
        })?;
        let bad = |what: &str, fault: Damage| {
            Problem::new(format!("{file}:{}", fault.line), what)
                .expected(fault.expected)
                .found(fault.found)
                .wanted_by(place)
                .help(&again)
        };
        let recording =
            recording::parse(&text).map_err(|fault| bad("this recording cannot be read", fault))?;
        let program = format!("{folder}/{}", recording.header.source);
        let source = fs::read_to_string(self.root.join(&program)).map_err(|error| {
            Problem::new(&program, "the recorded program cannot be read")
                .expected("the file that the recording names")
                .found(error.to_string())
                .wanted_by(place)
        })?;
        is_of(&recording, name)
            .map_err(|fault| bad("this recording is of another program", fault))?;
        if let Some(fault) = changed(&recording, &source) {
            let problem = bad("the program has changed since this run", fault);
            self.warnings.push(problem);
            self.moments.shown(chapter, name, None);
            return Ok(out_of_date(&again));
        }
        let run = steps::steps(&recording)
            .map_err(|fault| bad("this recording cannot have happened", fault))?;
        self.moments.shown(chapter, name, Some(&run));
        Ok(html::page(&recording.header, &run, &source))
    }

    /// The names that a directive can have.
    fn recorded(&self) -> String {
        let recorded = self
            .folders
            .iter()
            .filter(|(_, folder)| self.root.join(folder).join("recording.jsonl").is_file());
        let names: Vec<_> = recorded.map(|(name, _)| name.as_str()).collect();
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        }
    }
}

/// Whether a recording is one of this listing, and one that can be shown.
fn is_of(recording: &Recording, name: &str) -> Result<(), Damage> {
    if recording.header.listing != name {
        return Err(Damage::new(
            1,
            format!("`{name}`"),
            format!("`{}`", recording.header.listing),
        ));
    }
    let elsewhere = recording.sites.iter().find_map(|site| {
        let file = site.file.as_ref()?;
        Some(Damage::new(
            site.site + 2,
            format!("a program in one file, {}", recording.header.source),
            format!("a place in {file}"),
        ))
    });
    elsewhere.map_or(Ok(()), Err)
}

/// The first place that the recording names and that is no longer what it was.
fn changed(recording: &Recording, source: &str) -> Option<Damage> {
    let lines: Vec<&str> = source.lines().collect();
    recording.sites.iter().find_map(|site| {
        let [line, from, last, to] = site.at;
        // Of what spans lines only the first is recorded.
        if line != last {
            return None;
        }
        let there: String = lines
            .get(line.wrapping_sub(1))
            .map(|text| {
                let length = to.saturating_sub(from);
                text.chars()
                    .skip(from.saturating_sub(1))
                    .take(length)
                    .collect()
            })
            .unwrap_or_default();
        (there != site.text).then(|| {
            Damage::new(
                // The header is line 1.
                site.site + 2,
                format!("what line {line} of the program is now: `{there}`"),
                format!("`{}`", site.text),
            )
        })
    })
}

/// What a page shows in place of a run whose program was edited. An author who has the book open
/// goes on seeing it; a book that is checked for warnings does not pass.
fn out_of_date(again: &str) -> String {
    format!(
        "> [!WARNING]\n> The program has changed since its run was recorded. To see it run, {again}.\n"
    )
}

/// Where a directive begins in a line, unless it is only spoken of: escaped, or inline code.
fn directive(line: &str) -> Option<usize> {
    let start = line.find(DIRECTIVE)?;
    let is_name_over = !line[start + DIRECTIVE.len()..].starts_with(|c: char| c.is_alphanumeric());
    let is_spoken_of = line[..start].contains('`') || line[..start].ends_with('\\');
    (is_name_over && !is_spoken_of).then_some(start)
}

/// The character and length of a code fence's mark.
fn fence_mark(line: &str) -> Option<(char, usize)> {
    let text = line.trim_start();
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = text.chars().take_while(|c| *c == mark).count();
    (length >= 3).then_some((mark, length))
}

/// A listing is a folder with a Cargo.toml or a recording.
fn find(root: &Path, folder: &Path, found: &mut BTreeMap<String, PathBuf>) {
    let entries = root.join(folder).read_dir();
    for entry in entries.into_iter().flatten().flatten() {
        let path = folder.join(entry.file_name());
        if !root.join(&path).is_dir() {
            continue;
        }
        let is_listing = ["Cargo.toml", "recording.jsonl"]
            .iter()
            .any(|file| root.join(&path).join(file).is_file());
        if is_listing {
            found.insert(entry.file_name().to_string_lossy().into_owned(), path);
        } else {
            find(root, &path, found);
        }
    }
}

fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
