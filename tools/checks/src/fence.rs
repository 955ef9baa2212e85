//! The fenced code blocks of a chapter, with the lines they stand on.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A fenced code block, as it stands in the chapter's source (includes not expanded).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// What follows the opening backticks: `rust`, `rust,ignore`, `console`.
    pub info: String,
    /// The line of the opening backticks, counted from 1.
    pub line: usize,
    /// The text between the two rows of backticks, without the indentation of the block itself.
    pub text: String,
    /// Bytes of the chapter from the opening backticks to the end of the closing ones.
    pub range: Range<usize>,
    /// What stands before the backticks on the opening line (a list's or a quote's indentation).
    pub indent: String,
    /// Whether nothing closes it before the next block or the end of the chapter.
    pub left_open: bool,
}

impl Fence {
    /// The first word of the info string: `rust` in `rust,ignore`.
    pub fn language(&self) -> &str {
        self.words().next().unwrap_or("")
    }

    /// Whether the info string has `word` among those after the language.
    pub fn has(&self, word: &str) -> bool {
        self.words().skip(1).any(|found| found == word)
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.info.split([',', ' ']).filter(|word| !word.is_empty())
    }
}

/// All fenced blocks of a chapter, in order.
pub fn fences(chapter: &str) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut open: Option<Fence> = None;
    for (event, range) in Parser::new_ext(chapter, Options::all()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let line_start = chapter[..range.start].rfind('\n').map_or(0, |at| at + 1);
                open = Some(Fence {
                    info: info.into_string(),
                    line: line_of(chapter, range.start),
                    text: String::new(),
                    indent: chapter[line_start..range.start].to_owned(),
                    left_open: false,
                    range,
                });
            }
            Event::Text(text) => {
                if let Some(fence) = &mut open {
                    fence.text.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some(mut fence) = open.take() {
                    fence.left_open = is_left_open(&chapter[fence.range.clone()], &fence.text);
                    found.push(fence);
                }
            }
            _ => {}
        }
    }
    found
}

/// The line of a byte offset, counted from 1.
pub fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Markdown closes a forgotten fence at the end of the chapter, or at the closing backticks of
/// the next block; in the second case that block's opening line is left standing inside.
fn is_left_open(source: &str, text: &str) -> bool {
    let opening = backticks(source);
    let closing = source
        .lines()
        .skip(1)
        .last()
        .map(|line| line.trim_start_matches([' ', '\t', '>']).trim_end());
    let closed = closing.is_some_and(|line| {
        backticks(line).len() == line.len()
            && line.len() >= opening.len()
            && line.starts_with(&opening[..1])
    });
    let swallowed = text.lines().any(|line| {
        let inner = backticks(line);
        inner.len() >= opening.len() && inner.starts_with(&opening[..1]) && inner.len() < line.len()
    });
    !closed || swallowed
}

fn backticks(line: &str) -> &str {
    let mark = match line.chars().next() {
        Some(mark @ ('`' | '~')) => mark,
        _ => return "",
    };
    let end = line.find(|c| c != mark).unwrap_or(line.len());
    &line[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_language_words_line_and_text() {
        let found =
            fences("# A\n\n```rust,ignore\nfn main() {}\n```\n\ntext\n\n~~~console\n$ ls\n~~~\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].language(), "rust");
        assert!(found[0].has("ignore") && !found[0].has("rust"));
        assert_eq!(
            (found[0].line, found[0].text.as_str()),
            (3, "fn main() {}\n")
        );
        assert_eq!((found[1].line, found[1].language()), (9, "console"));
        assert!(found.iter().all(|fence| !fence.left_open));
    }

    #[test]
    fn sees_fences_in_lists_and_crlf_chapters() {
        let found = fences("- item\r\n\r\n  ```console\r\n  $ ls\r\n  one\r\n  ```\r\n");
        assert_eq!(found[0].text, "$ ls\none\n");
        assert_eq!(found[0].indent, "  ");
        assert_eq!(found[0].line, 3);
        assert!(!found[0].left_open);
    }

    #[test]
    fn finds_a_fence_left_open_at_the_end() {
        assert!(fences("```rust\nfn main() {}\n")[0].left_open);
        assert!(fences("```rust")[0].left_open);
    }

    #[test]
    fn finds_a_fence_that_swallows_the_next_one() {
        let found = fences("```console\n$ ls\n\ntext\n\n```rust\nfn main() {}\n```\n");
        assert!(found[0].left_open);
    }

    #[test]
    fn a_longer_fence_may_show_a_shorter_one() {
        let found = fences("````text\n```rust\nfn main() {}\n```\n````\n");
        assert!(!found[0].left_open);
    }
}
