//! Output whose order may vary: what a listing declares, what the page tells its reader, and
//! whether a run keeps to it.
//!
//! A listing declares it in its Cargo.toml, and only what it declares may vary:
//!
//! ```toml
//! [package.metadata.book]
//! # Each list is a chain: its lines come in this order. Lines that no chain ties may swap.
//! before = [["start 1", "end 1"], ["start 2", "end 2"]]
//! # These lines need not come at all.
//! may-be-missing = ["end 2"]
//! ```
//!
//! `order = "any"` instead of `before` ties no line to another.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::below::VARIES;

/// What may vary in a listing's output from run to run. The default: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variation {
    pub(crate) order: Option<Order>,
    pub(crate) before: Vec<Vec<String>>,
    pub(crate) may_be_missing: Vec<String>,
}

/// An order that is declared in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Order {
    Any,
}

impl Variation {
    /// Whether nothing may vary.
    pub fn is_none(&self) -> bool {
        self.order.is_none() && self.before.is_empty() && self.may_be_missing.is_empty()
    }

    /// The lines that need not be printed in every run.
    pub fn may_be_missing(&self) -> &[String] {
        &self.may_be_missing
    }

    /// This declaration as it is of the Python program beside a listing, which prints `documented`:
    /// the same, but for the quotes around a string.
    pub(crate) fn in_python(&self, documented: &str) -> Variation {
        let line = |line: &String| match documented.lines().any(|shown| shown == line) {
            true => line.clone(),
            false => line.replace('"', "'"),
        };
        let lines = |lines: &Vec<String>| lines.iter().map(line).collect();
        Variation {
            order: self.order,
            before: self.before.iter().map(lines).collect(),
            may_be_missing: lines(&self.may_be_missing),
        }
    }

    /// Why this declaration does not fit a documented output, if it does not.
    pub fn misfit(&self, documented: &str) -> Option<String> {
        let lines: Vec<_> = documented.lines().collect();
        if self.order.is_some() && !self.before.is_empty() {
            return Some("`order = \"any\"` and `before` exclude each other".to_owned());
        }
        for line in self.before.iter().flatten().chain(&self.may_be_missing) {
            match lines.iter().filter(|shown| *shown == line).count() {
                0 => return Some(format!("it names `{line}`, which is no line of the output")),
                1 => {}
                count => {
                    return Some(format!(
                        "it names `{line}`, which is {count} lines of the output"
                    ));
                }
            }
        }
        self.broken(documented, documented)
    }

    /// The first way in which a run does not keep to the documented output and this declaration.
    pub fn broken(&self, documented: &str, actual: &str) -> Option<String> {
        let (shown, printed) = (counts(documented), counts(actual));
        for (line, count) in &printed {
            if shown.get(line).copied().unwrap_or(0) < *count {
                return Some(match shown.get(line) {
                    None => format!("`{line}` is not on the page"),
                    Some(shown) => format!("`{line}` comes {count} times, on the page {shown}"),
                });
            }
        }
        for (line, count) in &shown {
            let missing = printed.get(line).copied().unwrap_or(0) < *count;
            if missing && !self.may_be_missing.iter().any(|optional| optional == line) {
                return Some(format!("`{line}` is missing"));
            }
        }
        let printed: Vec<_> = actual.lines().collect();
        if self.order.is_none() && self.before.is_empty() {
            let mut rest = printed.iter();
            let in_turn = documented
                .lines()
                .filter(|line| printed.contains(line))
                .all(|line| rest.next() == Some(&line));
            return (!in_turn).then(|| "the lines come in another order".to_owned());
        }
        let place = |line: &String| printed.iter().position(|printed| printed == line);
        for chain in &self.before {
            let present: Vec<_> = chain.iter().filter(|line| place(line).is_some()).collect();
            for pair in present.windows(2) {
                if place(pair[0]) > place(pair[1]) {
                    return Some(format!("`{}` comes before `{}`", pair[1], pair[0]));
                }
            }
        }
        None
    }

    /// The paragraph that tells the reader of a documented output what may vary in it.
    pub fn sentence(&self, documented: &str) -> String {
        let mut parts = Vec::new();
        if self.order.is_some() {
            parts.push("these lines may come in any order".to_owned());
        } else if !self.before.is_empty() {
            parts.push(self.order_sentence(documented));
        }
        if !self.may_be_missing.is_empty() {
            let lines: Vec<_> = self.may_be_missing.iter().map(|line| code(line)).collect();
            parts.push(format!("{} may be missing", listed(&lines)));
        }
        format!("{VARIES} {}.", parts.join("; "))
    }

    fn order_sentence(&self, documented: &str) -> String {
        let lines: Vec<_> = documented.lines().collect();
        let before = self.closure();
        let free =
            |a: &str, b: &str| a != b && !before.contains(&(a, b)) && !before.contains(&(b, a));
        let mut groups: Vec<Vec<&str>> = Vec::new();
        for line in &lines {
            if groups.iter().any(|group| group.contains(line)) {
                continue;
            }
            let group: Vec<&str> = lines
                .iter()
                .copied()
                .filter(|other| other == line || free(line, other))
                .collect();
            if group.len() > 1 {
                groups.push(group);
            }
        }
        // Groups whose lines are free among themselves and tied to every other line can be told
        // in few words; anything else is told by its chains.
        let disjoint = groups.iter().all(|group| {
            group.iter().all(|line| {
                lines
                    .iter()
                    .all(|other| line == other || free(line, other) == group.contains(other))
            })
        });
        if disjoint && !groups.is_empty() {
            let told: Vec<_> = groups
                .iter()
                .map(|group| {
                    let lines: Vec<_> = group.iter().map(|line| code(line)).collect();
                    let order = if lines.len() == 2 { "either" } else { "any" };
                    format!("{} may come in {order} order", listed(&lines))
                })
                .collect();
            format!(
                "{}; every other line stands where it is shown",
                told.join("; ")
            )
        } else {
            let told: Vec<_> = self
                .before
                .iter()
                .map(|chain| {
                    chain
                        .iter()
                        .map(|line| code(line))
                        .collect::<Vec<_>>()
                        .join(" before ")
                })
                .collect();
            format!(
                "the lines may come in any order that keeps {}",
                told.join(", and ")
            )
        }
    }

    fn closure(&self) -> BTreeSet<(&str, &str)> {
        let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
        for chain in &self.before {
            pairs.extend(
                chain
                    .windows(2)
                    .map(|pair| (pair[0].as_str(), pair[1].as_str())),
            );
        }
        loop {
            let longer: Vec<_> = pairs
                .iter()
                .flat_map(|(a, b)| {
                    pairs
                        .iter()
                        .filter(move |(c, _)| b == c)
                        .map(move |(_, d)| (*a, *d))
                })
                .filter(|pair| !pairs.contains(pair))
                .collect();
            if longer.is_empty() {
                return pairs;
            }
            pairs.extend(longer);
        }
    }
}

fn counts(text: &str) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for line in text.lines() {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

fn code(line: &str) -> String {
    if line.contains('`') {
        return format!("`` {line} ``");
    }
    format!("`{line}`")
}

fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: &str = "a\nb\nc\nd\n";

    fn chains(chains: &[&[&str]]) -> Variation {
        Variation {
            before: chains
                .iter()
                .map(|chain| chain.iter().map(|line| line.to_string()).collect())
                .collect(),
            ..Variation::default()
        }
    }

    fn any() -> Variation {
        Variation {
            order: Some(Order::Any),
            ..Variation::default()
        }
    }

    #[test]
    fn chains_hold_and_what_they_do_not_tie_may_swap() {
        let variation = chains(&[&["a", "c", "d"], &["b", "c"]]);
        assert_eq!(variation.misfit(SHOWN), None);
        assert_eq!(variation.broken(SHOWN, "b\na\nc\nd\n"), None);
        assert_eq!(
            variation.broken(SHOWN, "a\nb\nd\nc\n").unwrap(),
            "`d` comes before `c`"
        );
    }

    #[test]
    fn lines_are_neither_lost_nor_added_nor_changed() {
        for variation in [any(), chains(&[&["a", "d"]])] {
            assert_eq!(
                variation.broken(SHOWN, "a\nb\nc\n").unwrap(),
                "`d` is missing"
            );
            assert!(variation.broken(SHOWN, "a\nb\nc\nd\nd\n").is_some());
            assert!(variation.broken(SHOWN, "a\nb\nx\nd\n").is_some());
        }
    }

    #[test]
    fn only_declared_lines_may_be_missing() {
        let variation = Variation {
            may_be_missing: vec!["b".to_owned()],
            ..Variation::default()
        };
        assert_eq!(variation.broken(SHOWN, "a\nc\nd\n"), None);
        assert_eq!(
            variation.broken(SHOWN, "a\nd\nc\n").unwrap(),
            "the lines come in another order"
        );
        assert_eq!(variation.broken(SHOWN, "a\nd\n").unwrap(), "`c` is missing");
    }

    #[test]
    fn a_declaration_that_fits_nothing_is_refused() {
        assert!(chains(&[&["a", "x"]]).misfit(SHOWN).is_some());
        assert!(chains(&[&["d", "a"]]).misfit(SHOWN).is_some());
        let both = Variation {
            order: Some(Order::Any),
            ..chains(&[&["a", "b"]])
        };
        assert!(both.misfit(SHOWN).is_some());
    }

    #[test]
    fn holds_for_python_and_its_quotes() {
        let variation = chains(&[&["\"a\"", "\"c\""], &["\"b\"", "\"c\""]]);
        let shown = "'a'\n\"b\"\n'c'\n";
        assert_eq!(
            variation.in_python(shown),
            chains(&[&["'a'", "'c'"], &["\"b\"", "'c'"]])
        );
        assert_eq!(variation.in_python(shown).misfit(shown), None);
    }

    #[test]
    fn the_reader_is_told_in_few_words() {
        assert_eq!(
            any().sentence(SHOWN),
            "*Varies from run to run:* these lines may come in any order."
        );
        assert_eq!(
            chains(&[&["a", "c", "d"], &["b", "c"]]).sentence(SHOWN),
            "*Varies from run to run:* `a` and `b` may come in either order; every other line stands where it is shown."
        );
        assert_eq!(
            chains(&[&["a", "b"], &["c", "d"]]).sentence(SHOWN),
            "*Varies from run to run:* the lines may come in any order that keeps `a` before `b`, and `c` before `d`."
        );
        let variation = Variation {
            may_be_missing: vec!["b".to_owned(), "c".to_owned()],
            ..any()
        };
        assert_eq!(
            variation.sentence(SHOWN),
            "*Varies from run to run:* these lines may come in any order; `b` and `c` may be missing."
        );
    }
}
