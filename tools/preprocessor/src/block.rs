//! The fenced code blocks of a chapter.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A fenced code block, as it stands in the chapter: nothing in it is expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its bytes in the chapter, from the opening fence to the end of the closing one.
    pub range: Range<usize>,
    /// The line of the opening fence, from 1.
    pub line: usize,
    /// What follows the opening fence: `rust,ignore`.
    pub info: String,
    /// What stands between the fences, without the indentation of the block itself.
    pub text: String,
}

impl Block {
    /// The first word of the info string: `rust`.
    pub fn language(&self) -> &str {
        self.info.split([',', ' ']).next().unwrap_or("")
    }
}

/// All fenced code blocks of a chapter, in order.
pub fn blocks(chapter: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let (mut line, mut counted) = (1, 0);
    for (event, range) in Parser::new(chapter).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                line += chapter[counted..range.start].matches('\n').count();
                counted = range.start;
                open = Some(Block {
                    range,
                    line,
                    info: info.into_string(),
                    text: String::new(),
                });
            }
            Event::Text(text) => {
                if let Some(block) = &mut open {
                    block.text.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line, info string and text of each block, and that its range is what it says.
    fn found(chapter: &str) -> Vec<(usize, String, String)> {
        let blocks = blocks(chapter).into_iter().map(|block| {
            let source = &chapter[block.range.clone()];
            assert!(source.starts_with(['`', '~']), "{source}");
            let before = chapter[..block.range.start].matches('\n').count();
            assert_eq!(block.line, before + 1);
            (block.line, block.info, block.text)
        });
        blocks.collect()
    }

    fn block(line: usize, info: &str, text: &str) -> (usize, String, String) {
        (line, info.to_owned(), text.to_owned())
    }

    #[test]
    fn line_info_and_text() {
        let chapter =
            "# A\n\n```rust,ignore\na\n\nb\n```\n\nwords\n\n~~~~ console\n```\n~~~~\n```\n```\n";
        let expected = [
            block(3, "rust,ignore", "a\n\nb\n"),
            block(11, "console", "```\n"),
            block(14, "", ""),
        ];
        assert_eq!(found(chapter), expected);
        assert_eq!(blocks(chapter)[0].language(), "rust");
        assert_eq!(
            &chapter[blocks(chapter)[1].range.clone()],
            "~~~~ console\n```\n~~~~"
        );
    }

    #[test]
    fn in_lists_quotes_and_with_other_line_ends() {
        for (chapter, expected) in [
            (
                "- item\n\n  ```a\n  1\n    2\n  ```\n",
                block(3, "a", "1\n  2\n"),
            ),
            ("- ```a\n  1\n  ```\n", block(1, "a", "1\n")),
            ("> words\n>\n> ```a\n> 1\n> ```\n", block(3, "a", "1\n")),
            ("x\r\n\r\n```a\r\n1\r\n```\r\n", block(3, "a", "1\n")),
        ] {
            assert_eq!(found(chapter), [expected], "{chapter}");
        }
    }

    #[test]
    fn what_is_left_open_ends_where_markdown_ends_it() {
        for (chapter, text, rest) in [
            ("```a\n1\n\n2\n", "1\n\n2\n", ""),
            ("```a\n1\n~~~\n``\n```b\n", "1\n~~~\n``\n```b\n", ""),
            ("- ```a\n  1\n\nwords\n", "1\n\n", "words\n"),
            ("> ```a\n> 1\n\nwords\n", "1\n", "words\n"),
        ] {
            let blocks = blocks(chapter);
            assert_eq!((blocks.len(), &*blocks[0].text), (1, text), "{chapter}");
            assert_eq!(chapter[blocks[0].range.end..].trim_start(), rest);
        }
    }

    #[test]
    fn what_only_looks_like_a_fence_is_none() {
        for chapter in [
            "    ```a\n    1\n    ```\n",
            "```a`b`\n\n```c`\n",
            "<!--\n```a\n-->\n",
            "words ```a``` and\n``\n",
        ] {
            assert_eq!(found(chapter), [], "{chapter}");
        }
    }
}
