//! The sentences below a block that are held to its program: what varies, and what two languages
//! print alike.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

/// How a sentence begins that tells what may vary from run to run.
pub(crate) const VARIES: &str = "*Varies from run to run:*";
/// What a page says of two outputs that are equal.
pub(crate) const SAME: &str = "Both programs print the same lines.";
/// What a page says of two outputs that are equal but for single and double quotes.
pub(crate) const SAME_BUT_QUOTES: &str =
    "Both programs print the same lines, apart from the quotes.";

/// A paragraph that begins with one of these sentences. Whatever else it says is the author's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// Bytes of the chapter: the sentence.
    pub sentence: Range<usize>,
    /// Bytes of the chapter: the whole paragraph.
    pub paragraph: Range<usize>,
}

/// The sentences that stand below the block that ends at byte `end` of a chapter, with nothing
/// else between it and them.
pub(crate) fn sentences(chapter: &str, end: usize) -> Vec<Told> {
    let mut found: Vec<Told> = Vec::new();
    loop {
        let from = found.last().map_or(end, |told| told.paragraph.end);
        let below = chapter[from..].trim_start();
        if ![VARIES, SAME, SAME_BUT_QUOTES]
            .iter()
            .any(|start| below.starts_with(start))
        {
            return found;
        }
        let from = chapter.len() - below.len();
        let paragraph = first_paragraph(below);
        found.push(Told {
            sentence: from..from + first_sentence(paragraph).len(),
            paragraph: from..from + paragraph.len(),
        });
    }
}

fn first_paragraph(text: &str) -> &str {
    let end = match Parser::new(text).into_offset_iter().next() {
        Some((Event::Start(Tag::Paragraph), range)) => range.end,
        _ => text.len(),
    };
    text[..end].trim_end()
}

/// Up to the first full stop that is not inside code, where a program's lines are quoted.
fn first_sentence(paragraph: &str) -> &str {
    let mut in_code = false;
    let mut rest = paragraph.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let last = rest.peek().is_none_or(|(_, next)| next.is_whitespace());
        match c {
            '`' => in_code = !in_code,
            '.' if !in_code && last => return &paragraph[..=at],
            _ => {}
        }
    }
    paragraph
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(&str, &str)> {
        sentences(text, 0)
            .into_iter()
            .map(|told| (&text[told.sentence], &text[told.paragraph]))
            .collect()
    }

    #[test]
    fn ends_with_its_sentence_and_leaves_the_authors_words() {
        let text = "\n\n*Varies from run to run:* `a...` may be missing. Try it.\n```rust\n```\n";
        let paragraph = "*Varies from run to run:* `a...` may be missing. Try it.";
        let sentence = "*Varies from run to run:* `a...` may be missing.";
        assert_eq!(told(text), [(sentence, paragraph)]);
    }

    #[test]
    fn reads_both_in_either_order_and_nothing_after_other_words() {
        let varies = "*Varies from run to run:* these lines may come in any order.";
        for pair in [[varies, SAME], [SAME_BUT_QUOTES, varies]] {
            let text = format!("\r\n\r\n{}\r\n\r\n{}\r\n\r\nSo.", pair[0], pair[1]);
            assert_eq!(told(&text), pair.map(|said| (said, said)));
        }
        assert_eq!(told(&format!("\n\nSo.\n\n{SAME}")), []);
    }
}
