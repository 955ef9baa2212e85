//! Links from the prose to moments of a run: `[main suspends](#example-3@main-suspends-1)`, or
//! `other.md#example-4@main-suspends-1` from another chapter.
//!
//! A heading's address never has an `@`, so one with it always means a run.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::steps::Run;
use problem::Problem;

/// The name of the whole run among its moments: the address of its title.
const TITLE: &str = "title";

/// How many other names a message offers.
const OFFERED: usize = 3;

/// The moments that a book's chapters show, and the links to them.
#[derive(Debug, Default)]
pub struct Moments {
    runs: BTreeMap<String, Shown>,
    links: Vec<Link>,
}

#[derive(Debug)]
struct Shown {
    chapter: String,
    /// `None` for a run that is out of date: nobody knows what its moments will be.
    ids: Option<Vec<String>>,
}

#[derive(Debug)]
struct Link {
    /// The chapter and line where it stands.
    place: String,
    /// As it was written.
    address: String,
    /// The file that it leads to, from the book's root.
    chapter: String,
    listing: String,
    moment: String,
}

impl Moments {
    /// Notes that `chapter` shows a listing's run, or `None` in place of one that is out of date.
    pub fn shown(&mut self, chapter: &str, listing: &str, run: Option<&Run>) {
        let ids = run.map(|run| run.steps.iter().map(|step| step.id.clone()).collect());
        let chapter = chapter.to_owned();
        self.runs.insert(listing.to_owned(), Shown { chapter, ids });
    }

    /// Notes another name that links may use for something on the page of a listing's run.
    pub fn also(&mut self, listing: &str, name: &str) {
        if let Some(ids) = self.runs.get_mut(listing).and_then(|run| run.ids.as_mut()) {
            ids.push(name.to_owned());
        }
    }

    /// Notes the links to moments in a chapter's text, before anything in it is expanded.
    pub fn read(&mut self, chapter: &str, text: &str) {
        // A chapter without any is not parsed for nothing.
        if !text.contains('@') {
            return;
        }
        let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
        for (event, Range { start, .. }) in Parser::new_ext(text, options).into_offset_iter() {
            let Event::Start(Tag::Link { dest_url, .. }) = event else {
                continue;
            };
            let Some((file, fragment)) = dest_url.split_once('#') else {
                continue;
            };
            let Some((listing, moment)) = fragment.split_once('@') else {
                continue;
            };
            // Another site's addresses are its own affair.
            if file.contains(':') || file.starts_with('/') {
                continue;
            }
            let line = text[..start].matches('\n').count() + 1;
            self.links.push(Link {
                place: format!("{chapter}:{line}"),
                chapter: beside(chapter, file),
                listing: listing.to_owned(),
                moment: moment.to_owned(),
                address: dest_url.to_string(),
            });
        }
    }

    /// Takes those of other chapters, which come after these.
    pub fn add(&mut self, more: Moments) {
        self.runs.extend(more.runs);
        self.links.extend(more.links);
    }

    /// Whether every link leads to a moment. To be asked when all chapters are expanded.
    ///
    /// # Errors
    ///
    /// The first link, in the order of the chapters, that leads to none.
    pub fn check(&self) -> Result<(), Problem> {
        self.links.iter().try_for_each(|link| self.leads(link))
    }

    fn leads(&self, link: &Link) -> Result<(), Problem> {
        let problem = |what: &str| Problem::new(&link.place, what);
        let found = format!("`{}`", link.address);
        let Some(run) = self.runs.get(&link.listing) else {
            let offered = closest(&link.listing, self.runs.keys().map(String::as_str));
            return Err(problem("no chapter shows the run that this link leads to")
                .expected("a listing that a chapter shows with `{{#replay LISTING}}`")
                .found(found)
                .help(format!("closest listings shown: {offered}")));
        };
        if run.chapter != link.chapter {
            return Err(
                problem("the run that this link leads to is in another chapter")
                    .expected(format!("a link into {}", run.chapter))
                    .found(format!("{found}, into {}", link.chapter)),
            );
        }
        let Some(ids) = &run.ids else {
            return Ok(());
        };
        if link.moment == TITLE || ids.contains(&link.moment) {
            return Ok(());
        }
        let offered = closest(&link.moment, ids.iter().map(String::as_str));
        Err(problem("the run has no such moment as this link leads to")
            .expected(format!("a moment of {}", link.listing))
            .found(found)
            .help(format!("closest moments: {offered}")))
    }
}

/// The path of `file` as `chapter` names it, both from the book's root; the chapter's own if empty.
fn beside(chapter: &str, file: &str) -> String {
    if file.is_empty() {
        return chapter.to_owned();
    }
    let mut parts: Vec<&str> = chapter.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    // mdBook leaves the address of a rendered page as it is.
    match path.strip_suffix(".html") {
        Some(stem) => format!("{stem}.md"),
        None => path,
    }
}

/// Those of the names that take the fewest edits, best first.
pub(crate) fn closest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<_> = names.collect();
    names.sort_by_cached_key(|name| strsim::levenshtein(wanted, name));
    names.truncate(OFFERED);
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
