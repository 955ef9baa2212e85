//! What a message quotes: a diff, and the words of other programs, cut to what a person reads.

use std::fmt::Write;
use std::io;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const DIM: Style = Style::new().dimmed();

/// How many equal lines a diff shows around those that are not.
const AROUND: usize = 5;
/// How many lines a diff shows.
const MOST: usize = 100;

/// Whether messages are coloured: on a terminal, unless `NO_COLOR` or `CLICOLOR_FORCE` say
/// otherwise.
pub(crate) fn in_colour() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// The difference between what the page says and what the program printed, line by line. A line
/// of the page carries its number in the chapter, `first` being that of the first. Space at the
/// end of a line is shown as `·`.
pub(crate) fn diff(documented: &str, actual: &str, first: usize) -> String {
    let paint = |style: Style, text: String| {
        if in_colour() {
            format!("{style}{text}{style:#}")
        } else {
            text
        }
    };
    let difference = TextDiff::configure()
        .timeout(Duration::from_secs(5))
        .diff_lines(documented, actual);
    let groups = difference.grouped_ops(AROUND);
    let changes: Vec<_> = match groups.is_empty() {
        true => difference.iter_all_changes().map(Some).collect(),
        false => groups
            .iter()
            .enumerate()
            .flat_map(|(at, group)| {
                let between = (at > 0).then_some(None);
                let changes = group.iter().flat_map(|op| difference.iter_changes(op));
                between.into_iter().chain(changes.map(Some))
            })
            .collect(),
    };
    let mut shown = String::new();
    for change in changes.iter().take(MOST) {
        let Some(change) = change else {
            let _ = writeln!(shown, "...");
            continue;
        };
        let number = change
            .old_index()
            .map_or(String::new(), |at| (first + at).to_string());
        let line = spaces(change.value().trim_end_matches('\n'));
        let line = match change.tag() {
            ChangeTag::Equal => paint(DIM, format!("{number:>4}   {line}")),
            ChangeTag::Delete => paint(RED, format!("{number:>4} - {line}")),
            ChangeTag::Insert => paint(GREEN, format!("{number:>4} + {line}")),
        };
        let _ = writeln!(shown, "{}", line.trim_end());
    }
    if let Some(left_out @ 1..) = changes.len().checked_sub(MOST) {
        let _ = writeln!(shown, "... {left_out} lines more");
    }
    shown
}

/// The end of what a program printed, for a message about how it ended.
pub(crate) fn tail(printed: &[u8]) -> String {
    const LINES: usize = 12;
    let text = String::from_utf8_lossy(printed);
    // A panic message begins with an empty line.
    let lines: Vec<_> = text.trim_start_matches('\n').lines().map(clipped).collect();
    if lines.is_empty() {
        return "nothing".to_owned();
    }
    let left_out = lines.len().saturating_sub(LINES);
    let mut shown = String::new();
    if left_out > 0 {
        let _ = writeln!(shown, "... {left_out} lines before");
    }
    for line in &lines[left_out..] {
        let _ = writeln!(shown, "{line}");
    }
    shown
}

/// The beginning of what a compiler said.
pub(crate) fn head(said: &str) -> String {
    const LINES: usize = 40;
    let mut shown = String::new();
    for line in said.lines().take(LINES) {
        let _ = writeln!(shown, "{}", clipped(line));
    }
    if let Some(left_out @ 1..) = said.lines().count().checked_sub(LINES) {
        let _ = writeln!(shown, "... {left_out} lines more");
    }
    shown
}

fn clipped(line: &str) -> String {
    const LENGTH: usize = 200;
    match line.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}

fn spaces(line: &str) -> String {
    let text = line.trim_end();
    let rest = line[text.len()..].chars();
    clipped(text)
        + &rest
            .map(|c| if c == '\r' { '␍' } else { '·' })
            .collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_names_lines_and_shows_trailing_space() {
        let shown = anstream::adapter::strip_str(&diff("a\nb\n", "a\nb \n", 10)).to_string();
        assert_eq!(shown, "  10   a\n  11 - b\n     + b·\n");
    }

    #[test]
    fn a_diff_is_short() {
        let lines = |count: usize| -> String { (0..count).map(|at| format!("{at}\n")).collect() };
        let far = lines(50)
            .replace("\n40\n", "\nx\n")
            .replace("\n3\n", "\ny\n");
        let shown = diff(&lines(50), &far, 1);
        assert!(
            !shown.contains(" 20") && shown.contains("\n...\n"),
            "{shown}"
        );
        assert_eq!(diff("", &lines(1000), 1).lines().count(), 101);
    }

    #[test]
    fn a_tail_is_short() {
        let shown = tail("x\n".repeat(100).as_bytes());
        assert!(shown.starts_with("... 88 lines before\n"));
        assert_eq!(shown.lines().count(), 13);
        assert!(tail("y".repeat(5000).as_bytes()).len() < 300);
    }
}
