//! Expands `{{#replay LISTING}}` and `{{#predict LISTING}}` in a book's chapters.
//!
//! ```text
//! ## Watch it
//!
//! {{#replay example-3}}
//! ```
//!
//! becomes the HTML block that [`crate::html::page`] makes of
//! `listings/<any>/example-3/recording.jsonl`, with the what-ifs that other listings are of it. A
//! prediction becomes what [`crate::predict::page`] makes of what the chapter says is printed.

mod shown;

use std::collections::BTreeMap;
use std::fs::{self, FileType};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::html::{self, Place};
use crate::manifest::{Declared, WhatIf};
use crate::moments::closest;
use crate::predict::{self, Unasked};
use crate::steps::{self, Run};
use crate::what_if::{self, Offer, Outcome};
use preprocessor::Block;
use problem::Problem;
use recording::{Damage, Event, Happening, Recording};
pub use shown::Shown;

const REPLAY: &str = "replay";
const PREDICT: &str = "predict";

/// The listings of one book: where they are, and what they say about themselves.
#[derive(Debug)]
pub struct Runs {
    root: PathBuf,
    /// The folder of every listing below `listings/`, from the book's root.
    folders: BTreeMap<String, PathBuf>,
    /// What each listing says about itself, or the first that cannot be understood.
    declared: Result<BTreeMap<String, Declared>, Problem>,
}

impl Runs {
    /// Looks for the listings of the book whose book.toml is in `root`.
    pub fn of_book(root: &Path) -> Self {
        let mut folders = BTreeMap::new();
        find(root, Path::new("listings"), &mut folders);
        let read = |(name, folder): (&String, &PathBuf)| {
            Ok((name.clone(), Declared::read(root, &slashed(folder))?))
        };
        Runs {
            root: root.to_owned(),
            declared: folders.iter().map(read).collect(),
            folders,
        }
    }

    /// A chapter's text with each directive that stands outside of code replaced by the run, and what the
    /// chapter then shows. `chapter` is the chapter's file, from the book's root.
    ///
    /// Chapters can be expanded in any order, also at once; what concerns several is for [`Shown`].
    ///
    /// # Errors
    ///
    /// When a directive names no listing, or its run cannot be shown.
    pub fn expand(&self, chapter: &str, text: &str) -> Result<(String, Shown), Problem> {
        let mut shown = Shown::default();
        shown.moments.read(chapter, text);
        // A chapter without a directive is not parsed for nothing.
        if ![REPLAY, PREDICT]
            .iter()
            .any(|word| text.contains(&opening(word)))
        {
            return Ok((text.to_owned(), shown));
        }
        let mut expansion = Expansion {
            runs: self,
            chapter,
            text,
            blocks: preprocessor::blocks(text),
            shown,
        };
        let expanded = expansion.expand()?;
        Ok((expanded, expansion.shown))
    }

    /// The folder of a listing that a directive at `place` names, from the book's root.
    fn folder(&self, place: &str, name: &str) -> Result<String, Problem> {
        let folder = self.folders.get(name).map(|folder| slashed(folder));
        folder.ok_or_else(|| {
            Problem::new(place, "there is no listing of this name")
                .expected(format!("a folder `listings/<chapter>/{name}`"))
                .found("none")
                .help(format!(
                    "closest listings recorded: {}",
                    self.recorded(name)
                ))
        })
    }

    /// The names that a directive can have, those that are most like `wanted`.
    fn recorded(&self, wanted: &str) -> String {
        let recorded = self
            .folders
            .iter()
            .filter(|(_, folder)| self.root.join(folder).join("recording.jsonl").is_file());
        closest(wanted, recorded.map(|(name, _)| name.as_str()))
    }
}

/// A chapter that is being expanded.
struct Expansion<'a> {
    runs: &'a Runs,
    /// Its file, from the book's root.
    chapter: &'a str,
    text: &'a str,
    blocks: Vec<Block>,
    shown: Shown,
}

impl Expansion<'_> {
    fn expand(&mut self) -> Result<String, Problem> {
        let mut expanded = String::with_capacity(self.text.len());
        // Lines with the fence of a block that a prediction hides, and the class that says so.
        let mut hidden = BTreeMap::new();
        let mut ends = 0;
        for (at, line) in self.text.split_inclusive('\n').enumerate() {
            let begins = ends;
            ends += line.len();
            let directive = [REPLAY, PREDICT].into_iter().find_map(|word| {
                let start = directive(line, word)?;
                let is_code = |block: &Block| block.range.contains(&(begins + start));
                (!self.blocks.iter().any(is_code)).then_some((word, start))
            });
            let Some((word, start)) = directive else {
                match hidden.remove(&(at + 1)) {
                    Some(class) => expanded.push_str(&format!("{},{class}\n", line.trim_end())),
                    None => expanded.push_str(line),
                }
                continue;
            };
            let place = format!("{}:{}", self.chapter, at + 1);
            let rest = line[start + "{{#".len() + word.len()..].trim();
            let name = rest.strip_suffix("}}").map(str::trim);
            let Some(name) = name.filter(|_| line[..start].trim().is_empty()) else {
                return Err(Problem::new(place, "this directive cannot be read")
                    .expected(format!("`{{{{#{word} LISTING}}}}` alone on its line"))
                    .found(format!("`{}`", line.trim())));
            };
            let page = match word {
                REPLAY => self.run(&place, name)?,
                _ => {
                    let (page, line) = self.predict(begins, &place, name)?;
                    hidden.insert(line, predict::class(name));
                    page
                }
            };
            expanded.push('\n');
            expanded.push_str(&page);
            expanded.push('\n');
        }
        Ok(expanded)
    }

    /// The run of a listing, with the what-ifs of it.
    fn run(&mut self, place: &str, name: &str) -> Result<String, Problem> {
        let original = self.load(place, name)?;
        let what_ifs = self.what_ifs(name)?;
        let mut offers = Vec::new();
        // All are read, so that all faults are told and all links have their moments.
        for (listing, what_if) in what_ifs {
            let loaded = self.load(place, &listing)?;
            let changes = what_if::changes(&original.source, &loaded.source);
            let lines = what_if::changed_lines(&changes);
            let outcomes = original.outcome().zip(loaded.outcome());
            let page = original.run.as_ref().map_err(String::as_str);
            let page = page.and_then(|original| {
                loaded.page(Place::Folded {
                    original,
                    changed: &lines,
                })
            });
            offers.push(Offer {
                difference: outcomes.map(|(of, new)| what_if::difference(&of, &new)),
                page: page.map_err(str::to_owned),
                what_if,
                changes,
            });
        }
        if !offers.is_empty() {
            self.shown.moments.also(name, what_if::ANCHOR);
        }
        Ok(match original.page(Place::Open) {
            Ok(page) => what_if::page(name, &page, &offers),
            Err(again) => out_of_date(again),
        })
    }

    /// The question for what a listing prints, and the line of the block that says so; the directive
    /// begins at byte `from` of the chapter.
    fn predict(
        &mut self,
        from: usize,
        place: &str,
        name: &str,
    ) -> Result<(String, usize), Problem> {
        self.runs.folder(place, name)?;
        self.shown.predict(name, place)?;
        let (chapter, blocks) = (self.chapter, &self.blocks);
        let command = format!("$ cargo run -p {name}");
        let shown = predict::shown_below(blocks, from, name).ok_or_else(|| {
            Problem::new(place, "nothing says what this listing prints")
                .expected(format!(
                    "a console block further down that begins `{command}`"
                ))
                .found(match predict::shown_below(blocks, 0, name) {
                    Some(above) => format!("one above it, at {chapter}:{}", above.line),
                    None => "none in this chapter".to_owned(),
                })
                .help("the answer is taken from that block, which the tests hold to a run")
        })?;
        let what_ifs = self.what_ifs(name)?;
        let what_ifs: Vec<_> = what_ifs
            .iter()
            .filter_map(|(listing, _)| predict::shown_below(blocks, from, listing))
            .map(|shown| shown.output)
            .collect();
        let declared = self.runs.declared.as_ref().map_err(Problem::clone)?;
        let asked = predict::question(name, &shown.output, &what_ifs, &declared[name]);
        let asked = asked.map_err(|why| {
            let (what, expected) = match why {
                Unasked::Varies => (
                    "what this listing prints varies",
                    "lines that always come in the same order",
                ),
                Unasked::Many => (
                    "this listing prints too many lines to put in order",
                    "8 lines at most",
                ),
                Unasked::Nothing => ("there is nothing to predict", "two different lines"),
            };
            Problem::new(place, what)
                .expected(format!(
                    "{expected}, or a last line with a time, as in `2.00 seconds`"
                ))
                .found(format!("the block at {chapter}:{}", shown.line))
                .help("take the directive away, or let the program print a time at its end")
        })?;
        Ok((predict::page(name, &asked), shown.line))
    }

    /// The what-ifs of a listing, in the order in which the chapter shows what they print.
    fn what_ifs(&self, of: &str) -> Result<Vec<(String, WhatIf)>, Problem> {
        let declared = self.runs.declared.as_ref().map_err(Problem::clone)?;
        let mut what_ifs: Vec<_> = declared
            .iter()
            .filter_map(|(listing, declared)| Some((listing.clone(), declared.what_if.clone()?)))
            .filter(|(_, what_if)| what_if.of == of)
            .collect();
        what_ifs.sort_by_cached_key(|(listing, _)| {
            let command = format!("$ cargo run -p {listing}");
            let at = self.text.lines().position(|line| line.trim() == command);
            at.unwrap_or(usize::MAX)
        });
        Ok(what_ifs)
    }

    /// Reads a listing's recording and program, and notes that the chapter shows the run.
    fn load(&mut self, place: &str, name: &str) -> Result<Loaded, Problem> {
        let folder = self.runs.folder(place, name)?;
        self.shown.run(name, place)?;
        let file = format!("{folder}/recording.jsonl");
        let again = format!("record it: `cargo run -p recorder -- {folder}`");
        let text = fs::read_to_string(self.runs.root.join(&file)).map_err(|error| {
            let (what, found) = match error.kind() {
                ErrorKind::NotFound => (
                    "there is no recording of this listing",
                    "no such file".to_owned(),
                ),
                _ => ("this listing's recording cannot be read", error.to_string()),
            };
            Problem::new(place, what)
                .expected(&file)
                .found(found)
                .help(&again)
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
        let source = fs::read_to_string(self.runs.root.join(&program)).map_err(|error| {
            Problem::new(&program, "the recorded program cannot be read")
                .expected("the file that the recording names")
                .found(error.to_string())
                .wanted_by(place)
        })?;
        is_of(&recording, name)
            .map_err(|fault| bad("this recording is of another program", fault))?;
        if let Some(fault) = changed(&recording, &source) {
            let problem = bad("the program has changed since this run", fault);
            self.shown.warnings.push(problem);
            self.shown.moments.shown(self.chapter, name, None);
            return Ok(Loaded {
                run: Err(again),
                recording,
                source,
            });
        }
        let run = steps::steps(&recording)
            .map_err(|fault| bad("this recording cannot have happened", fault))?;
        self.shown.moments.shown(self.chapter, name, Some(&run));
        Ok(Loaded {
            run: Ok(run),
            recording,
            source,
        })
    }
}

/// A recorded run that a chapter shows, and its program.
struct Loaded {
    /// How to record it again, if the program has changed since.
    run: Result<Run, String>,
    recording: Recording,
    source: String,
}

impl Loaded {
    /// The HTML block, with a mark at the program's lines that a what-if has changed; or how to
    /// record it again.
    fn page(&self, place: Place) -> Result<String, &str> {
        let run = self.run.as_ref().map_err(String::as_str)?;
        Ok(html::page(&self.recording.header, run, &self.source, place))
    }

    fn outcome(&self) -> Option<Outcome> {
        let run = self.run.as_ref().ok()?;
        let last: &Event = self.recording.events.last()?;
        let code = match last.what {
            Happening::Exit { code, .. } => code,
            _ => None,
        };
        let output = run.output.iter().map(|piece| &*piece.text);
        Some(Outcome {
            ms: last.t,
            code,
            output: output.collect(),
        })
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

fn opening(word: &str) -> String {
    format!("{{{{#{word}")
}

/// Where the directive `word` begins in a line, unless it is only spoken of: escaped, or inline
/// code.
fn directive(line: &str, word: &str) -> Option<usize> {
    // Nearly no line has one.
    if !line.contains("{{#") {
        return None;
    }
    let opening = opening(word);
    let start = line.find(&opening)?;
    let is_name_over = !line[start + opening.len()..].starts_with(|c: char| c.is_alphanumeric());
    let is_spoken_of = line[..start].contains('`') || line[..start].ends_with('\\');
    (is_name_over && !is_spoken_of).then_some(start)
}

/// A listing is a folder with a Cargo.toml or a recording.
fn find(root: &Path, folder: &Path, found: &mut BTreeMap<String, PathBuf>) {
    let entries = root.join(folder).read_dir();
    for entry in entries.into_iter().flatten().flatten() {
        let path = folder.join(entry.file_name());
        let is_folder =
            |kind: FileType| kind.is_dir() || kind.is_symlink() && entry.path().is_dir();
        if !entry.file_type().is_ok_and(is_folder) {
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
