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
        let needed = all.iter().map(|text| text.rows(width)).max();
        if longest.iter().map(|text| text.rows(width)).max() < needed {
            let most = all.iter().filter(|text| Some(text.rows(width)) == needed);
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
}

impl<'a> Lengths<'a> {
    fn of(texts: &'a Texts) -> Self {
        Lengths {
            of: texts,
            words: lengths(&texts.0),
            why: lengths(&texts.1),
        }
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
