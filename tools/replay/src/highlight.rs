//! Rust code as HTML, with the classes that mdBook's themes colour. It knows keywords, literals,
//! comments, macros and attributes: enough to read by, and it needs no script.

use std::fmt::Write;

use crate::html::escape;

const KEYWORDS: [&str; 37] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use",
    "where", "while",
];

/// A program's lines as HTML. A token that spans lines is closed and opened again at each.
pub fn lines(source: &str) -> Vec<String> {
    let mut html = String::new();
    let mut rest = source;
    while !rest.is_empty() {
        let (class, length) = token(rest);
        let (text, after) = rest.split_at(length);
        rest = after;
        for (at, part) in text.split('\n').enumerate() {
            if at > 0 {
                html.push('\n');
            }
            match class {
                Some(class) if !part.is_empty() => {
                    let _ = write!(html, "<span class=\"hljs-{class}\">{}</span>", escape(part));
                }
                _ => html += &escape(part),
            }
        }
    }
    html.lines().map(str::to_owned).collect()
}

/// The class and the length in bytes of what the text begins with; never 0.
fn token(text: &str) -> (Option<&'static str>, usize) {
    let until = |end: &str, from: usize| {
        text[from..]
            .find(end)
            .map_or(text.len(), |at| from + at + end.len())
    };
    let first = text.chars().next().unwrap_or(' ');
    if text.starts_with("//") {
        return (Some("comment"), text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return (Some("comment"), until("*/", 2));
    }
    if text.starts_with("#[") || text.starts_with("#![") {
        return (Some("meta"), until("]", 1));
    }
    if first == '"' {
        return (Some("string"), string(text));
    }
    if let Some(length) = raw_string(text).or_else(|| character(text)) {
        return (Some("string"), length);
    }
    if first.is_ascii_digit() {
        // Not the dots of a range.
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        return (Some("number"), end.unwrap_or(text.len()));
    }
    if first.is_alphabetic() || first == '_' {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
        let end = end.unwrap_or(text.len());
        let after = &text[end..];
        if after.starts_with('!') && !after.starts_with("!=") {
            return (Some("built_in"), end + 1);
        }
        let is_keyword = KEYWORDS.contains(&&text[..end]);
        return (is_keyword.then_some("keyword"), end);
    }
    (None, first.len_utf8())
}

/// The length of a string literal with its quotes.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw_string(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('r')?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let from = hashes + 2;
    let at = text[from..].find(&end)?;
    Some(from + at + end.len())
}

/// The length of a character literal, which a lifetime is not.
fn character(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('\'')?;
    if let Some(escaped) = rest.strip_prefix('\\') {
        let from = escaped.chars().next()?.len_utf8();
        return Some(2 + from + escaped[from..].find('\'')? + 1);
    }
    let first = rest.chars().next()?;
    rest[first.len_utf8()..]
        .starts_with('\'')
        .then(|| first.len_utf8() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without the markup, a line is what it was.
    fn plain(html: &str) -> String {
        let mut text = String::new();
        let mut is_tag = false;
        for c in html.chars() {
            match c {
                '<' => is_tag = true,
                '>' => is_tag = false,
                _ if !is_tag => text.push(c),
                _ => {}
            }
        }
        text
    }

    #[test]
    fn marks_tokens_and_keeps_the_text() {
        let source = "fn f<'a>(c: &'a str) {\n    println!(\"{c} \\\" {}\", 'x'); // say\n\n}";
        let html = lines(source);
        let back: Vec<_> = html.iter().map(|line| plain(line)).collect();
        let escaped: Vec<_> = source.lines().map(escape).collect();
        assert_eq!(back, escaped);
        assert!(html[0].contains("<span class=\"hljs-keyword\">fn</span>"));
        assert!(html[0].contains("&lt;'a&gt;"), "a lifetime is no literal");
        assert!(html[1].contains("<span class=\"hljs-built_in\">println!</span>"));
        assert!(html[1].contains("<span class=\"hljs-string\">'x'</span>"));
        assert!(html[1].contains("<span class=\"hljs-comment\">// say</span>"));
        assert_eq!(html[2], "");
    }

    #[test]
    fn a_string_over_two_lines_is_closed_on_each() {
        let html = lines("let s = r#\"one\n\"two\"#;");
        assert_eq!(html[0].matches("<span").count(), 2);
        assert_eq!(html[0].matches("</span>").count(), 2);
        assert_eq!(
            html[1],
            "<span class=\"hljs-string\">&quot;two&quot;#</span>;"
        );
    }
}
