//! Times in what a program prints: of a line, the first one.

use recording::seconds::{Time, times};

/// The first time in a line.
pub fn time(line: &str) -> Option<Time<'_>> {
    times(line).next()
}

/// A line with its first time taken out.
pub fn without_time(line: &str) -> String {
    match time(line) {
        Some(Time { range, .. }) => format!("{}…{}", &line[..range.start], &line[range.end..]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_time_is_taken_out() {
        let line = "after 1.00 seconds, in 12.05 seconds.";
        assert_eq!(without_time(line), "after … seconds, in 12.05 seconds.");
        assert_eq!(without_time("2.00 s"), "2.00 s");
    }
}
