//! Times in what a program prints: `Finished in 2.00 seconds`.
//!
//! No two runs print the same ones, so whoever compares or explains what is printed has to know them.

use std::ops::Range;

const UNIT: &str = " seconds";

/// A printed time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time<'a> {
    /// Where its number stands in the text.
    pub range: Range<usize>,
    /// The number as it is printed.
    pub number: &'a str,
    /// The number in hundredths of a second.
    pub hundredths: u64,
}

impl Time<'_> {
    /// The number in seconds.
    pub fn seconds(&self) -> f64 {
        self.hundredths as f64 / 100.0
    }
}

/// All times in a text: digits, a point and two digits before the unit, which do not continue a word.
pub fn times(text: &str) -> impl Iterator<Item = Time<'_>> {
    let units = text.match_indices(UNIT);
    units.filter_map(|(end, _)| {
        let (before, decimals) = digits_at_end(&text[..end]);
        let (before, whole) = digits_at_end(before.strip_suffix('.')?);
        let is_in_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if is_in_word || whole.is_empty() || decimals.len() != 2 {
            return None;
        }
        let range = before.len()..end;
        Some(Time {
            number: &text[range.clone()],
            range,
            hundredths: format!("{whole}{decimals}").parse().ok()?,
        })
    })
}

/// A text with something else in the place of each time's number.
pub fn with_times(text: &str, mut number: impl FnMut(&Time<'_>) -> String) -> String {
    let mut new = String::with_capacity(text.len());
    let mut rest = 0;
    for time in times(text) {
        new.push_str(&text[rest..time.range.start]);
        new.push_str(&number(&time));
        rest = time.range.end;
    }
    new + &text[rest..]
}

/// A text without its times: what is the same in two runs that print the same but for these.
pub fn without_times(text: &str) -> String {
    with_times(text, |_| "?".to_owned())
}

fn digits_at_end(text: &str) -> (&str, &str) {
    text.split_at(text.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_with_two_decimals_before_the_word() {
        for (text, expected) in [
            ("2.00 seconds", "?"),
            ("in 12.05 seconds.", "in ?."),
            ("1.00 seconds, then 0.30 seconds", "?, then ?"),
            ("…2.99 seconds", "…?"),
            ("waits...2.00 seconds", "waits...?"),
            ("(-2.00 seconds)", "(-?)"),
            ("1.2.00 seconds", "1.?"),
            ("2.00 secondsé", "?é"),
        ] {
            let masked = without_times(text).replace("? seconds", "?");
            assert_eq!(masked, expected, "{text}");
        }
        for other in [
            "2 seconds",
            "2.0 seconds",
            "2.000 seconds",
            ".00 seconds",
            "2.00 s",
            "2.00  seconds",
            "v2.00 seconds",
            "_2.00 seconds",
            "é2.00 seconds",
            "99999999999999999999.00 seconds",
        ] {
            assert_eq!(times(other).next(), None, "{other}");
        }
    }

    #[test]
    fn what_a_time_is() {
        let text = "in 12.05 seconds";
        let time = times(text).next().unwrap();
        assert_eq!((time.number, time.hundredths), ("12.05", 1205));
        assert_eq!(&text[time.range.clone()], time.number);
        assert_eq!(time.seconds(), 12.05);
    }
}
