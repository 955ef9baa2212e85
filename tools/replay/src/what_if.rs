//! What-ifs: other listings' recorded runs, offered beside the run of the listing that they change.
//!
//! All runs are in the page, each a whole figure. Without a script the what-ifs are folded below
//! the original; with it, one is chosen by a row of chips and takes the original's place.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use crate::caption::seconds;
use crate::html::escape;
use crate::manifest::WhatIf;
use crate::printed;

/// The name that links use for the what-ifs of a run, as if they were one of its moments.
pub const ANCHOR: &str = "what-if";

/// A run as two of them are compared: how long it took, and what it printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Logical milliseconds.
    pub ms: u64,
    /// The exit code, if the program ended by itself.
    pub code: Option<i32>,
    /// Everything printed.
    pub output: String,
}

/// A what-if, ready to be offered.
#[derive(Debug)]
pub struct Offer {
    /// What the listing says about itself.
    pub what_if: WhatIf,
    /// How its run differs, in one sentence; none if it is out of date.
    pub difference: Option<String>,
    /// How its program differs.
    pub changes: Vec<Change>,
    /// Its run as an HTML block, or how to record it again if the program has changed since.
    pub page: Result<String, String>,
}

/// A line that two programs do not share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A line of the original that the what-if does not have.
    Gone(String),
    /// A line of the what-if, by its number.
    New(usize, String),
}

impl Change {
    fn line(&self) -> &str {
        match self {
            Change::Gone(line) | Change::New(_, line) => line,
        }
    }
}

/// The lines in which two programs differ, blank ones left out.
pub fn changes(original: &str, what_if: &str) -> Vec<Change> {
    let diff = TextDiff::from_lines(original, what_if);
    let changes = diff.iter_all_changes().filter_map(|change| {
        let line = change.value().trim_end().to_owned();
        match (change.tag(), change.new_index()) {
            _ if line.is_empty() => None,
            (ChangeTag::Delete, _) => Some(Change::Gone(line)),
            (ChangeTag::Insert, Some(at)) => Some(Change::New(at + 1, line)),
            _ => None,
        }
    });
    changes.collect()
}

/// The numbers of the lines that are new.
pub fn changed_lines(changes: &[Change]) -> Vec<usize> {
    let lines = changes.iter().filter_map(|change| match change {
        Change::New(line, _) => Some(*line),
        Change::Gone(_) => None,
    });
    lines.collect()
}

/// How a what-if's run differs from the original's, in one sentence.
pub fn difference(original: &Outcome, what_if: &Outcome) -> String {
    let time = if original.ms == what_if.ms {
        format!("takes {}, as the original does,", seconds(what_if.ms))
    } else {
        let (now, before) = (seconds(what_if.ms), seconds(original.ms));
        format!("takes {now} instead of {before}")
    };
    let said_time = match said_time(original, what_if) {
        Some(said) => format!("but {said}; it "),
        None => "and ".to_owned(),
    };
    let mut said = format!(
        "This run {time} {said_time}{}",
        printed_now(original, what_if)
    );
    if let Some(code) = what_if.code.filter(|_| original.code != what_if.code) {
        let _ = write!(said, ", and its exit code is {code}");
    }
    said + "."
}

/// A time that both print, where it tells of another difference than the runs' lengths do: a program
/// may say that it has finished, and go on.
fn said_time(original: &Outcome, what_if: &Outcome) -> Option<String> {
    let hundredths = |line: &str| printed::time(line).map(|time| time.hundredths as i64);
    let longer_ms = what_if.ms as i64 - original.ms as i64;
    what_if.output.lines().find_map(|line| {
        let now = hundredths(line)?;
        let masked = printed::without_time(line);
        let mut lines = original.output.lines();
        let was = lines.find(|was| printed::without_time(was) == masked)?;
        let before = hundredths(was)?;
        let is_news = now != before && (now - before) * 10 != longer_ms;
        is_news.then(|| format!("prints “{line}”, not “{was}”"))
    })
}

/// Times are told of already: they are no difference here.
fn printed_now(original: &Outcome, what_if: &Outcome) -> String {
    let masked = |outcome: &Outcome| -> Vec<String> {
        let lines = outcome.output.lines();
        lines.map(printed::without_time).collect()
    };
    let (before, now) = (masked(original), masked(what_if));
    let gone = without(&before, &now);
    let new = without(&now, &before);
    let (stayed_before, stayed) = (without(&before, &gone), without(&now, &new));
    let moved = moved(&stayed_before, &stayed);
    let and_moved = moved
        .as_ref()
        .map_or(String::new(), |moved| format!(", and {moved}"));
    if let ([then, _, _, ..], [instead, _, _, ..]) = (&gone[..], &new[..]) {
        let (count, of) = (new.len(), now.len());
        return format!(
            "prints {count} of its {of} lines differently, the first as “{instead}”, not “{then}”{and_moved}"
        );
    }
    if !gone.is_empty() || !new.is_empty() {
        let mut parts = Vec::new();
        if !gone.is_empty() {
            parts.push(format!("does not print {}", named(&gone)));
        }
        if !new.is_empty() {
            let prints = if gone.is_empty() {
                "also prints"
            } else {
                "prints"
            };
            parts.push(format!("{prints} {}", named(&new)));
        }
        return parts.join(" but ") + &and_moved;
    }
    match moved {
        None => "prints the same lines in the same order".to_owned(),
        Some(moved) => format!("prints the same lines in another order: {moved}"),
    }
}

/// How the order differs of lines that are the same: the line that moved, if it is only one.
fn moved(before: &[&str], now: &[&str]) -> Option<String> {
    let swapped = before.iter().zip(now).position(|(a, b)| a != b)?;
    let (then, instead) = (before[swapped], now[swapped]);
    let but = |lines: &[&str], at: usize| -> Vec<String> {
        let rest = lines[..at].iter().chain(&lines[at + 1..]);
        rest.map(|line| (*line).to_owned()).collect()
    };
    let is_moved = |all: &[&str], others: &[&str]| {
        let rest = but(all, swapped);
        (swapped..others.len()).any(|at| others[at] == all[swapped] && but(others, at) == rest)
    };
    Some(if is_moved(before, now) {
        format!("“{then}” comes later")
    } else if is_moved(now, before) {
        format!("“{instead}” comes earlier")
    } else {
        format!("“{instead}” comes before “{then}”, for one")
    })
}

/// The lines of `all` that are not in `others`, each as often as it is there too often.
fn without<'a>(all: &'a [String], others: &[impl AsRef<str>]) -> Vec<&'a str> {
    let mut others: Vec<&str> = others.iter().map(AsRef::as_ref).collect();
    let mut left = Vec::new();
    for line in all {
        match others.iter().position(|other| other == line) {
            Some(at) => drop(others.swap_remove(at)),
            None => left.push(line.as_str()),
        }
    }
    left
}

/// Two lines at most as they are; more are counted.
fn named(lines: &[&str]) -> String {
    let quoted: Vec<_> = lines.iter().map(|line| format!("“{line}”")).collect();
    match &quoted[..] {
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        more => format!("{} of these lines", more.len()),
    }
}

/// A sentence as HTML; what stands in backticks in it is code.
fn with_code(text: &str) -> String {
    let mut html = String::new();
    for (at, part) in text.split('`').enumerate() {
        let part = escape(part);
        match at % 2 {
            1 => html += &format!("<code>{part}</code>"),
            _ => html += &part,
        }
    }
    html
}

/// The HTML block for the run of `listing` and its what-ifs: one element, no blank line in it.
pub fn page(listing: &str, original: &str, offers: &[Offer]) -> String {
    if offers.is_empty() {
        return original.to_owned();
    }
    let name = escape(listing);
    let mut html = format!(
        "<div class=\"what-ifs\" id=\"{name}@{ANCHOR}\">\n<fieldset class=\"what-if-chips\">\n<legend>What if</legend>\n"
    );
    chip(&mut html, &name, "as it is", None);
    for (at, offer) in offers.iter().enumerate() {
        chip(&mut html, &name, &offer.what_if.change, Some(at));
    }
    html.push_str("</fieldset>\n");
    html.push_str(original);
    for (at, offer) in offers.iter().enumerate() {
        let _ = write!(
            html,
            "<details class=\"what-if\">\n<summary>What if: {}</summary>\n{}{}</details>\n",
            escape(&offer.what_if.change),
            about(offer, &about_id(&name, at)),
            match &offer.page {
                Ok(page) => page.clone(),
                Err(again) => format!(
                    "<p>The program has changed since its run was recorded. To see it run, {}.</p>\n",
                    escape(again)
                ),
            }
        );
    }
    html + "</div>\n"
}

/// The words about a what-if, for its chip: who chooses it unseen hears them.
fn about_id(name: &str, at: usize) -> String {
    format!("{name}@{ANCHOR}-{}", at + 1)
}

/// One of the alternatives: the original, or a what-if by its place. Browsers remember which was chosen, but
/// not what that had shown.
fn chip(html: &mut String, name: &str, label: &str, what_if: Option<usize>) {
    let chosen = match what_if {
        None => " checked".to_owned(),
        Some(at) => format!(" aria-describedby=\"{}\"", about_id(name, at)),
    };
    let label = escape(label);
    let _ = writeln!(
        html,
        "<label class=\"chip\"><input type=\"radio\" name=\"{name}@what-if\" autocomplete=\"off\"{chosen}><span>{label}</span></label>"
    );
}

fn about(offer: &Offer, id: &str) -> String {
    let mut html = format!("<div id=\"{id}\">\n");
    if !offer.changes.is_empty() {
        html.push_str("<ul aria-label=\"What changes in the program\">\n");
        let lines = offer.changes.iter().map(Change::line);
        let indents = lines.map(|line| line.len() - line.trim_start().len());
        let indent = indents.min().unwrap_or(0);
        for change in &offer.changes {
            let (tag, sign) = match change {
                Change::Gone(_) => ("del", '-'),
                Change::New(..) => ("ins", '+'),
            };
            let line = change.line();
            let line = escape(line.get(indent..).unwrap_or(line));
            let _ = writeln!(html, "<li><{tag}><code>{sign} {line}</code></{tag}></li>");
        }
        html.push_str("</ul>\n");
    }
    let watch = offer.what_if.watch.as_ref();
    let watch = watch.map(|watch| format!("<strong>Watch:</strong> {}", with_code(watch)));
    let difference = offer
        .difference
        .as_deref()
        .map(|words| escape(words).into_owned());
    let said = [difference, watch];
    let said: Vec<_> = said.into_iter().flatten().collect();
    if !said.is_empty() {
        let _ = writeln!(html, "<p>{}</p>", said.join(" "));
    }
    html + "</div>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(ms: u64, lines: &[&str]) -> Outcome {
        Outcome {
            ms,
            code: Some(0),
            output: lines.join("\n"),
        }
    }

    #[test]
    fn a_moved_line_is_gone_in_one_place_and_new_in_another() {
        let found = changes("a\nb\n\nc\n", "b\n\nc\n\na\n");
        let gone = Change::Gone("a".to_owned());
        assert_eq!(found, [gone, Change::New(5, "a".to_owned())]);
        assert_eq!(changed_lines(&found), [5]);
    }

    #[test]
    fn the_difference_is_said_in_one_sentence() {
        let original = outcome(2000, &["a", "b", "b", "Finished in 2.00 seconds"]);
        for (what_if, said) in [
            (
                original.clone(),
                "This run takes 2 s, as the original does, and prints the same lines in the same order.",
            ),
            (
                outcome(3000, &["a", "b", "b", "Finished in 3.00 seconds"]),
                "This run takes 3 s instead of 2 s and prints the same lines in the same order.",
            ),
            (
                outcome(2000, &["b", "a", "b", "Finished in 2.00 seconds"]),
                "This run takes 2 s, as the original does, and prints the same lines in another order: “a” comes later.",
            ),
            (
                outcome(2000, &["b", "b", "a", "Finished in 1.00 seconds", "c"]),
                "This run takes 2 s, as the original does, but prints “Finished in 1.00 seconds”, not “Finished in 2.00 seconds”; it also prints “c”, and “a” comes later.",
            ),
            (
                outcome(2000, &["Finished in 2.00 seconds", "a", "b", "b"]),
                "This run takes 2 s, as the original does, and prints the same lines in another order: “Finished in … seconds” comes earlier.",
            ),
            (
                outcome(2000, &["Finished in 2.00 seconds", "b", "b", "a"]),
                "This run takes 2 s, as the original does, and prints the same lines in another order: “Finished in … seconds” comes before “a”, for one.",
            ),
            (
                outcome(2000, &["a", "b", "Finished in 2.00 seconds"]),
                "This run takes 2 s, as the original does, and does not print “b”.",
            ),
            (
                outcome(500, &["a", "b", "b", "c", "d", "Finished in 0.50 seconds"]),
                "This run takes 0.5 s instead of 2 s and also prints “c” and “d”.",
            ),
            (
                outcome(2000, &["x", "y", "z", "Finished in 2.00 seconds"]),
                "This run takes 2 s, as the original does, and prints 3 of its 4 lines differently, the first as “x”, not “a”.",
            ),
            (
                Outcome {
                    code: Some(101),
                    ..outcome(2000, &["x"])
                },
                "This run takes 2 s, as the original does, and does not print 4 of these lines but prints “x”, and its exit code is 101.",
            ),
        ] {
            assert_eq!(difference(&original, &what_if), said);
        }
    }

    #[test]
    fn code_in_a_sentence_is_code() {
        assert_eq!(
            with_code("When `a<b>` ends"),
            "When <code>a&lt;b&gt;</code> ends"
        );
        assert_eq!(with_code("plain"), "plain");
    }

    #[test]
    fn nothing_ends_the_block() {
        let offer = Offer {
            what_if: WhatIf {
                of: "a".to_owned(),
                change: "<b>\n\n".to_owned(),
                watch: Some("\"{{#x".to_owned()),
            },
            difference: None,
            changes: vec![Change::Gone("</li>".to_owned())],
            page: Ok("<b>\n".to_owned()),
        };
        let page = page("a", "<a>\n", &[offer]);
        assert!(page.lines().all(|line| !line.trim().is_empty()), "{page}");
        assert!(!page.contains("{{") && page.matches("</li>").count() == 1);
        assert_eq!(super::page("a", "<a>\n", &[]), "<a>\n");
    }
}
