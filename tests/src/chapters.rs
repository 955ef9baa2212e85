//! The list of chapters in the introduction: what SUMMARY.md names, in its order and by its titles,
//! so that whoever begins there is led to all that there is.

use std::fs;
use std::sync::Arc;

use checks::Check;
use checks::fence::line_of;
use checks::trial;
use libtest_mimic::Trial;
use problem::Problem;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::root;

/// The chapter that lists the others.
const INTRODUCTION: &str = "introduction";

/// A link to a chapter.
#[derive(Debug, PartialEq)]
struct Entry {
    title: String,
    to: String,
}

/// One trial: the introduction's list against SUMMARY.md.
pub fn chapters(check: &Arc<Check>) -> Vec<Trial> {
    let check = Arc::clone(check);
    vec![trial("chapters::listed", move || {
        let book = &check.book;
        let summary = book.source().join("SUMMARY.md");
        let summary = fs::read_to_string(root().join(summary)).unwrap_or_default();
        let introduction = book.chapters.iter().find(|one| one.name == INTRODUCTION);
        let Some(introduction) = introduction else {
            return Err(Problem::new(
                "src/SUMMARY.md",
                "no chapter lists the others for a reader who begins",
            )
            .expected(format!("{INTRODUCTION}.md"))
            .found("none"));
        };
        let wanted = entries(&summary, false);
        let wanted: Vec<_> = wanted
            .into_iter()
            .map(|(_, entry)| entry)
            .filter(|entry| entry.to != format!("{INTRODUCTION}.md"))
            .collect();
        let listed = entries(&introduction.text, true);
        same(&wanted, &listed, |at| {
            introduction.at(line_of(&introduction.text, at))
        })
    })]
}

/// The list leads to what is wanted and to nothing else; `place` says where a byte of it stands.
fn same(
    wanted: &[Entry],
    listed: &[(usize, Entry)],
    place: impl Fn(usize) -> String,
) -> Result<(), Problem> {
    let shown = |entry: Option<&Entry>| match entry {
        Some(entry) => format!("- [{}]({})", entry.title, entry.to),
        None => "the end of the list".to_owned(),
    };
    let last = listed.last().map_or(0, |(at, _)| *at);
    for index in 0..wanted.len().max(listed.len()) {
        let (expected, found) = (wanted.get(index), listed.get(index));
        let at = found.map_or(last, |(at, _)| *at);
        let found = found.map(|(_, entry)| entry);
        if expected != found {
            return Err(
                Problem::new(place(at), "this is not the list of chapters in SUMMARY.md")
                    .expected(shown(expected))
                    .found(shown(found))
                    .help("give each chapter its line, with the question that it answers"),
            );
        }
    }
    Ok(())
}

/// The links to Markdown files in `text`, each with the byte where it begins: all, or those with which
/// an item of a list begins.
fn entries(text: &str, of_a_list: bool) -> Vec<(usize, Entry)> {
    let mut entries: Vec<(usize, Entry)> = Vec::new();
    let mut begins_item = false;
    let mut is_in_entry = false;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match &event {
            Event::Start(Tag::Link { dest_url, .. })
                if dest_url.ends_with(".md") && (begins_item || !of_a_list) =>
            {
                is_in_entry = true;
                let to = dest_url.to_string();
                let title = String::new();
                entries.push((range.start, Entry { title, to }));
            }
            Event::End(TagEnd::Link) => is_in_entry = false,
            Event::Text(_) | Event::Code(_) if is_in_entry => {
                if let Some((_, entry)) = entries.last_mut() {
                    entry.title.push_str(&text[range]);
                }
            }
            _ => {}
        }
        begins_item = match event {
            Event::Start(Tag::Item) => true,
            Event::Start(Tag::Paragraph) => begins_item,
            _ => false,
        };
    }
    entries
}
