//! The index of messages: each is one that a program of the book has printed, or the compiler, on
//! the page that the index leads to.

use std::sync::Arc;

use checks::Check;
use checks::book::Chapter;
use checks::fence::line_of;
use checks::include;
use checks::problem::Problem;
use libtest_mimic::Trial;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::trial;

/// The chapter that is the index.
const INDEX: &str = "messages";

/// One row of a table of the index.
#[derive(Debug, Default)]
struct Row {
    /// Bytes of the chapter before it.
    at: usize,
    /// What stands as code in its first cell.
    messages: Vec<String>,
    /// Where the links of its last cell lead, in the book.
    chapters: Vec<String>,
}

/// One trial for each row of the index that has a message, named after its line.
pub fn messages(check: &Arc<Check>) -> Vec<Trial> {
    let Some(index) = check.book.chapters.iter().find(|one| one.name == INDEX) else {
        return Vec::new();
    };
    let rows = rows(&index.text).into_iter();
    rows.filter(|row| !row.messages.is_empty())
        .map(|row| {
            let (check, place) = (Arc::clone(check), index.at(line_of(&index.text, row.at)));
            trial(format!("messages::{place}"), move || {
                is_shown(&check, &place, &row)
            })
        })
        .collect()
}

fn is_shown(check: &Check, place: &str, row: &Row) -> Result<(), Problem> {
    if row.chapters.is_empty() {
        return Err(Problem::new(place, "this message leads to no page")
            .expected("a link in the last cell to a chapter that shows it")
            .found("none"));
    }
    for name in &row.chapters {
        let chapters = &check.book.chapters;
        let shown = chapters
            .iter()
            .find(|chapter| chapter.name == *name)
            .map(printed)
            .unwrap_or_default();
        for message in &row.messages {
            if !shown.contains(&spaced(message)) {
                return Err(
                    Problem::new(place, "nothing on that page prints this message")
                        .expected(format!(
                            "`{message}` in a console or text block of {name}.md"
                        ))
                        .found("none")
                        .help("show a program that prints it, or take the row out"),
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

fn rows(text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let (mut row, mut cell) = (Row::default(), 0);
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::TableRow) => {
                cell = 0;
                row = Row {
                    at: range.start,
                    ..Row::default()
                };
            }
            Event::Start(Tag::TableCell) => row.chapters.clear(),
            Event::End(TagEnd::TableCell) => cell += 1,
            Event::Code(code) if cell == 0 => row.messages.push(code.to_string()),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let file = dest_url.split('#').next().unwrap_or_default();
                row.chapters
                    .extend(file.strip_suffix(".md").map(str::to_owned));
            }
            Event::End(TagEnd::TableRow) => rows.push(std::mem::take(&mut row)),
            _ => {}
        }
    }
    rows
}
