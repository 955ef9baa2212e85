//! How much room words take: those that take the most lie unseen below the others.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// How many characters a card's line may take, from the narrowest to the widest.
const WIDTHS: RangeInclusive<usize> = 20..=90;

/// A card's words, and why its task runs or does not, as a button, which is a box among the words.
pub(super) type Texts = (String, String);

/// Of all texts a few of which one takes the most lines, at whichever width.
pub(super) fn longest(all: &BTreeSet<Texts>) -> Vec<&Texts> {
    let all: Vec<_> = all.iter().map(Lengths::of).collect();
    let mut longest: Vec<&Lengths> = Vec::new();
    for width in WIDTHS {
        let known = longest.iter().map(|text| text.rows(width)).max();
        let needed = all.iter().fold(known.unwrap_or(0), |most, text| {
            match text.rows_at_most(width) > most {
                true => most.max(text.rows(width)),
                false => most,
            }
        });
        if known < Some(needed) {
            let most = all.iter().filter(|text| text.rows(width) == needed);
            longest.extend(most.max_by_key(|text| text.of.0.len() + text.of.1.len()));
        }
    }
    longest.into_iter().map(|text| text.of).collect()
}

/// A card's texts and the lengths of their words, line by line: they are counted once for all widths.
struct Lengths<'a> {
    of: &'a Texts,
    words: Vec<Vec<usize>>,
    why: Vec<Vec<usize>>,
    /// How many lines they have by themselves, and how many characters, with those between words.
    lines: usize,
    length: usize,
}

impl<'a> Lengths<'a> {
    fn of(texts: &'a Texts) -> Self {
        let (words, why) = (lengths(&texts.0), lengths(&texts.1));
        let lines = || words.iter().chain(&why);
        Lengths {
            of: texts,
            lines: lines().count(),
            length: lines().flatten().map(|word| word + 1).sum(),
            words,
            why,
        }
    }

    /// What they cannot exceed, which is quicker to say: two lines below each other hold more than one
    /// is wide, or the words of the second would stand in the first.
    fn rows_at_most(&self, width: usize) -> usize {
        self.lines + 2 * self.length / width
    }

    /// How many lines of the page they take.
    fn rows(&self, width: usize) -> usize {
        let (used, rows) = wrap(&self.words, width);
        match wrap(&self.why, width) {
            (length, 1) if used + 1 + length <= width => rows,
            (_, more) => rows + more,
        }
    }
}

fn lengths(text: &str) -> Vec<Vec<usize>> {
    let words = |line: &str| {
        line.split_whitespace()
            .map(|word| word.chars().count())
            .collect()
    };
    text.lines().map(words).collect()
}

/// How many characters the last line has, and how many lines words take.
fn wrap(lines: &[Vec<usize>], width: usize) -> (usize, usize) {
    let (mut used, mut rows) = (0, 0);
    for line in lines {
        rows += 1;
        used = 0;
        for word in line {
            if used > 0 && used + 1 + word > width {
                rows += 1;
                used = 0;
            }
            used += word + usize::from(used > 0);
        }
    }
    (used, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_words_take_more_lines_than_is_said() {
        let words = "a bb ccc dddd eeeee ffffff ggggggg hhhhhhhh iiiiiiiii jjjjjjjjjj";
        let reversed: Vec<_> = words.split(' ').rev().collect();
        let long = "x".repeat(45);
        for (words, why) in [
            (words.to_owned(), String::new()),
            (format!("{words}\n{words}"), reversed.join(" ")),
            (format!("{long} a {long} {long}"), long.clone()),
            (String::new(), "a".to_owned()),
        ] {
            let texts = (words, why);
            let lengths = Lengths::of(&texts);
            for width in WIDTHS {
                assert!(
                    lengths.rows(width) <= lengths.rows_at_most(width),
                    "{width}"
                );
            }
        }
    }
}
