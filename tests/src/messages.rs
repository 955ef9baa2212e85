//! The index of messages: each is one that a program of the book has printed, or the compiler, on
//! the page that the index leads to; and no error that a page shows is missing from it.

use std::collections::BTreeSet;
use std::sync::Arc;

use checks::Check;
use checks::book::Chapter;
use checks::fence::line_of;
use checks::include;
use checks::trial;
use libtest_mimic::Trial;
use problem::Problem;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The chapter that is the index.
const INDEX: &str = "messages";

/// One entry of the index: a term of a definition list, and what stands below it.
#[derive(Debug, Default)]
struct Entry {
    /// Bytes of the chapter before it.
    at: usize,
    /// What stands as code in the term.
    messages: Vec<String>,
    /// Where the links below the term lead, in the book.
    chapters: Vec<String>,
}

/// One trial for each entry of the index, named after its line.
pub fn messages(check: &Arc<Check>) -> Vec<Trial> {
    let Some(index) = check.book.chapters.iter().find(|one| one.name == INDEX) else {
        let problem = Problem::new("src/SUMMARY.md", "no chapter is the index of messages")
            .expected(format!("{INDEX}.md"))
            .found("none");
        return vec![trial("messages::any", || Err(problem))];
    };
    let entries = entries(&index.text);
    if entries.is_empty() {
        let problem = Problem::new(index.at(1), "this index has no entry")
            .expected("messages as the terms of definition lists")
            .found("none");
        return vec![trial("messages::any", || Err(problem))];
    }
    let mut trials = vec![all_errors(check, &entries)];
    trials.extend(entries.into_iter().map(|entry| {
        let line = line_of(&index.text, entry.at);
        let (check, place) = (Arc::clone(check), index.at(line));
        trial(format!("messages::{line}"), move || {
            is_shown(&check, &place, &entry)
        })
    }));
    trials
}

/// Each error that a chapter shows has an entry with its first words, which leads to that chapter.
fn all_errors(check: &Arc<Check>, entries: &[Entry]) -> Trial {
    let indexed: BTreeSet<(String, String)> = entries
        .iter()
        .flat_map(|entry| {
            let kinds = entry.messages.iter().map(|message| kind(message));
            kinds.flat_map(|kind| {
                let chapters = entry.chapters.iter().cloned();
                chapters.map(move |chapter| (kind.to_owned(), chapter))
            })
        })
        .collect();
    let check = Arc::clone(check);
    trial("messages::errors", move || {
        for chapter in &check.book.chapters {
            for fence in &chapter.fences {
                let shown = include::expand(&fence.text, chapter.folder()).unwrap_or_default();
                let errors = shown.lines().filter(|line| line.starts_with("error"));
                for error in errors.filter(|_| fence.language() == "text") {
                    let wanted = (kind(error).to_owned(), chapter.name.clone());
                    if !indexed.contains(&wanted) {
                        return Err(Problem::new(
                            chapter.at(fence.line),
                            "this error is not in the index of messages",
                        )
                        .expected(format!(
                            "an entry of {INDEX}.md with `{}` that leads to {}.md",
                            wanted.0, wanted.1
                        ))
                        .found(error));
                    }
                }
            }
        }
        Ok(())
    })
}

/// The code of an error, or the whole line of one that has none.
fn kind(message: &str) -> &str {
    message.find(']').map_or(message, |at| &message[..=at])
}

fn is_shown(check: &Check, place: &str, entry: &Entry) -> Result<(), Problem> {
    if entry.messages.is_empty() || entry.chapters.is_empty() {
        return Err(
            Problem::new(place, "this entry shows no message, or leads to no page")
                .expected("a message as code, and below it a link to a chapter that shows it")
                .found("none"),
        );
    }
    for name in &entry.chapters {
        let chapters = &check.book.chapters;
        let shown = chapters
            .iter()
            .find(|chapter| chapter.name == *name)
            .map(printed)
            .unwrap_or_default();
        for message in &entry.messages {
            if !shown.contains(&spaced(message)) {
                return Err(
                    Problem::new(place, "nothing on that page prints this message")
                        .expected(format!(
                            "`{message}` in a console or text block of {name}.md"
                        ))
                        .found("none")
                        .help("show a program that prints it, or take the entry out"),
                );
            }
        }
    }
    Ok(())
}

/// All that a chapter shows of what programs and the compiler print, with a space for each gap.
fn printed(chapter: &Chapter) -> String {
    let blocks = chapter
        .fences
        .iter()
        .filter(|fence| matches!(fence.language(), "console" | "text"));
    let texts: Vec<String> = blocks
        .filter_map(|fence| include::expand(&fence.text, chapter.folder()).ok())
        .collect();
    spaced(&texts.join("\n"))
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut in_term, mut in_definition) = (false, false);
    let parser = Parser::new_ext(
        text,
        Options::ENABLE_DEFINITION_LIST | Options::ENABLE_TABLES,
    );
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::DefinitionListTitle) => {
                in_term = true;
                entries.push(Entry {
                    at: range.start,
                    ..Entry::default()
                });
            }
            Event::End(TagEnd::DefinitionListTitle) => in_term = false,
            Event::Code(code) if in_term => {
                if let Some(entry) = entries.last_mut() {
                    entry.messages.push(code.to_string());
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) if in_definition => {
                let file = dest_url.split('#').next().unwrap_or_default();
                if let (Some(entry), Some(name)) = (entries.last_mut(), file.strip_suffix(".md")) {
                    entry.chapters.push(name.to_owned());
                }
            }
            Event::Start(Tag::DefinitionListDefinition) => in_definition = true,
            Event::End(TagEnd::DefinitionListDefinition) => in_definition = false,
            _ => {}
        }
    }
    entries
}
