//! Times in output, `Finished in 2.00 seconds`, compared with those on a page.
//!
//! No two runs take the same time, and a page shows one number. So a time that a run printed is
//! *snapped*: if it lies within the slack around the documented one, the documented one is put in
//! its place, and the texts are then compared exactly. The slack is one-sided on purpose. A timer
//! never fires early, so a program that is documented as taking 3.00 seconds and takes 2.00 has
//! run concurrently where the page says it did not: that must never pass.

use std::collections::HashMap;

use recording::seconds::{self, Time, with_times, without_times};

/// How much earlier than documented a program may be, in seconds: the rounding of two decimals
/// and of the clock.
pub const EARLY: f64 = 0.02;
/// How much later than documented a program may be on an idle machine, in seconds.
pub const LATE: f64 = 0.3;

/// From how late a machine on, in seconds, a time that it prints is not written into a page: it is
/// rounded down to as much ([`settle`]).
pub const ROUGH: f64 = 0.1;

/// Replaces each `x.xx seconds` of a run by the documented one where it lies within
/// [documented - [`EARLY`], documented + [`LATE`] + `lateness`].
///
/// A time is held against the documented line that is the same but for its times; the first such
/// line against the first, and so on. `lateness`, in seconds, is how late the machine itself was
/// during the run (see [`crate::process::Outcome::lateness`]).
pub fn snap(documented: &str, actual: &str, lateness: f64) -> String {
    let mut shown: HashMap<String, std::vec::IntoIter<Vec<Time<'_>>>> = HashMap::new();
    let mut by_line: HashMap<String, Vec<Vec<Time<'_>>>> = HashMap::new();
    for line in documented.lines() {
        let times = seconds::times(line).collect();
        by_line.entry(without_times(line)).or_default().push(times);
    }
    for (line, times) in by_line {
        shown.insert(line, times.into_iter());
    }
    actual
        .split_inclusive('\n')
        .map(|line| {
            match shown
                .get_mut(&without_times(line.trim_end_matches('\n')))
                .and_then(Iterator::next)
            {
                Some(times) => snap_line(&times, line, lateness),
                None => line.to_owned(),
            }
        })
        .collect()
}

/// Replaces each time by what it is without jitter: rounded down to 0.1 s. For writing a run into
/// a page that did not have it before.
pub fn settle(actual: &str) -> String {
    with_times(actual, |time| {
        format!("{}.{}0", time.hundredths / 100, time.hundredths / 10 % 10)
    })
}

/// The lines of a run that have a time and are not on the page.
pub fn new_times<'a>(documented: &str, printed: &'a str) -> Vec<&'a str> {
    let is_new = |line: &&str| {
        seconds::times(line).next().is_some() && !documented.lines().any(|old| old == *line)
    };
    printed.lines().filter(is_new).collect()
}

fn snap_line(documented: &[Time<'_>], line: &str, lateness: f64) -> String {
    let mut documented = documented.iter();
    with_times(line, |printed| {
        let shown = documented.next().unwrap_or(printed);
        let off = printed.seconds() - shown.seconds();
        // Half a hundredth, so that 0.02 is inside whatever binary fractions make of it.
        let within = off >= -EARLY - 0.005 && off <= LATE + lateness + 0.005;
        let time = if within { shown } else { printed };
        time.number.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapped(documented: &str, actual: &str) -> bool {
        let line = |time: &str| format!("start\nFinished in {time} seconds\n");
        snap(&line(documented), &line(actual), 0.0) == line(documented)
    }

    #[test]
    fn slack_is_small_before_and_larger_after() {
        assert!(snapped("2.00", "2.00"));
        assert!(snapped("2.00", "1.98"));
        assert!(!snapped("2.00", "1.97"));
        assert!(snapped("2.00", "2.30"));
        assert!(!snapped("2.00", "2.31"));
        assert!(!snapped("3.00", "2.00"));
        assert!(!snapped("2.00", "3.00"));
    }

    #[test]
    fn a_late_machine_widens_the_later_side_alone() {
        let at = |time: &str| format!("Finished in {time} seconds\n");
        assert_eq!(snap(&at("2.00"), &at("2.90"), 0.6), at("2.00"));
        assert_eq!(snap(&at("2.00"), &at("1.50"), 0.6), at("1.50"));
    }

    #[test]
    fn times_are_matched_by_their_line_wherever_it_stands() {
        let documented = "a 1.00 seconds\nb 2.00 seconds\na 3.00 seconds\n";
        let actual = "b 2.01 seconds\na 1.01 seconds\na 3.02 seconds\n";
        assert_eq!(
            snap(documented, actual, 0.0),
            "b 2.00 seconds\na 1.00 seconds\na 3.00 seconds\n"
        );
    }

    #[test]
    fn only_times_are_touched() {
        assert_eq!(snap("price 2.00\n", "price 2.01\n", 0.0), "price 2.01\n");
    }

    #[test]
    fn settling_takes_jitter_out() {
        assert_eq!(
            settle("in 2.01 seconds, 0.30 seconds"),
            "in 2.00 seconds, 0.30 seconds"
        );
        assert_eq!(settle("in 2.19 seconds"), "in 2.10 seconds");
        assert_eq!(settle("…2.99 seconds"), "…2.90 seconds");
        for other in ["in 1.5 seconds", "about 1 second", "2.03 s"] {
            assert_eq!(settle(other), other);
        }
    }
}
