//! Times in what a program prints: `Finished in 2.00 seconds`.

use std::ops::Range;

const UNIT: &str = " seconds";

/// Where the first time in a line stands, without its unit: digits, a point and two digits before
/// the word.
pub fn time(line: &str) -> Option<Range<usize>> {
    let ends = line.match_indices(UNIT).map(|(end, _)| end);
    ends.filter_map(|end| {
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        let start = line[..end].trim_end_matches(is_part).len();
        let (whole, rest) = line[start..end].split_once('.')?;
        (!whole.is_empty() && rest.len() == 2 && !rest.contains('.')).then_some(start..end)
    })
    .next()
}

/// A line with its time taken out.
pub fn without_time(line: &str) -> String {
    match time(line) {
        Some(range) => format!("{}…{}", &line[..range.start], &line[range.end..]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_what_the_output_check_takes_for_one() {
        assert_eq!(without_time("in 12.05 seconds."), "in … seconds.");
        for line in [
            "2 seconds",
            "2.0 seconds",
            "1.2.00 seconds",
            ".00 seconds",
            "2.00 s",
        ] {
            assert_eq!(time(line), None, "{line}");
        }
    }
}
