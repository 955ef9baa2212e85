//! Whether a run keeps to its page; and, blessing, what the page is given instead.

use crate::below::VARIES;
use crate::bless::{self, Edit};
use crate::book::Chapter;
use crate::console::Console;
use crate::harness::Check;
use crate::message;
use crate::order::Variation;
use crate::seconds;
use problem::Problem;

/// Holds the page to what a block's program printed, on a machine that was late by `lateness` seconds;
/// or (blessing) writes it there.
pub(crate) fn compare(
    check: &Check,
    console: &Console,
    variation: &Variation,
    printed: &str,
    lateness: f64,
) -> Result<(), Problem> {
    let judged = judge(console, variation, printed, lateness);
    let holds = judged.is_ok();
    let Err(problem) = judged.and_then(|()| told(console, variation)) else {
        return Ok(());
    };
    if check.options.bless {
        return bless(check, console, variation, printed, lateness, holds);
    }
    Err(match variation.misfit(printed) {
        Some(reason) if !holds && variation.misfit(console.documented).is_some() => {
            misfit(console, printed, reason)
        }
        _ => problem.help(check.bless_help()),
    })
}

/// Writes what was printed into the block, unless that `holds`, and below it what may vary.
fn bless(
    check: &Check,
    console: &Console,
    variation: &Variation,
    printed: &str,
    lateness: f64,
    holds: bool,
) -> Result<(), Problem> {
    let documented = console.documented;
    let settled = seconds::settle(&seconds::snap(documented, printed, lateness));
    let shown = if holds { documented } else { &settled };
    if let Some(reason) = variation.misfit(shown) {
        return Err(misfit(console, printed, reason));
    }
    let mut edits = Vec::new();
    if !holds {
        in_time(
            &console.place(),
            documented,
            &settled,
            lateness,
            check.options.late,
        )
        .map_err(|problem| problem.help(check.bless_help()))?;
        edits.push(Edit::Output {
            fence: console.index,
            text: &settled,
        });
    }
    let sentence = variation.sentence(shown);
    let wanted = (!variation.is_none()).then_some(sentence.as_str());
    let old = console.told(VARIES);
    if old != wanted {
        edits.push(Edit::Below {
            fence: console.last_of_pair(),
            old,
            new: wanted,
        });
    }
    blessed(check, console.chapter, &console.place(), &edits)
}

fn misfit(console: &Console, printed: &str, reason: String) -> Problem {
    Problem::new(
        console.place(),
        "the listing declares what its output does not have",
    )
    .found(reason)
    .shown("printed", message::tail(printed.as_bytes()))
    .help("correct [package.metadata.book] in the listing's Cargo.toml")
}

/// Whether what was printed may be written into a page, on a machine that was late by `late` seconds:
/// a new time may be as late, so that has to be less than `most`.
fn in_time(
    place: &str,
    documented: &str,
    printed: &str,
    late: f64,
    most: f64,
) -> Result<(), Problem> {
    let new = seconds::new_times(documented, printed);
    match new.first() {
        Some(line) if late >= most => Err(Problem::new(
            place,
            "the machine was late while this was printed, and the time may be",
        )
        .expected(format!(
            "a machine that is late by less than {most} s, before a new time is written into the page"
        ))
        .found(format!("`{line}`, on one that was late by {late:.2} s"))
        .help("when the machine has less to do, bless again")),
        _ => Ok(()),
    }
}

/// Writes edits into a chapter and says so.
pub(crate) fn blessed(
    check: &Check,
    chapter: &Chapter,
    place: &str,
    edits: &[Edit],
) -> Result<(), Problem> {
    bless::write(check.book.root(), chapter, edits)?;
    eprintln!("blessed {place}: review it with `git diff`");
    Ok(())
}

/// Whether a run prints what the page says; else the message.
pub(crate) fn judge(
    console: &Console,
    variation: &Variation,
    printed: &str,
    lateness: f64,
) -> Result<(), Problem> {
    let documented = console.documented;
    let snapped = seconds::snap(documented, printed, lateness);
    let diff = || message::diff(documented, &snapped, console.first_output_line());
    if variation.is_none() {
        if snapped == documented {
            return Ok(());
        }
        return Err(Problem::new(
            console.place(),
            "the program does not print what the page says",
        )
        .shown("- the page   + the program", diff()));
    }
    let broken = variation
        .misfit(documented)
        .map(|misfit| ("the listing declares what the page does not have", misfit))
        .or_else(|| {
            let broken = variation.broken(documented, &snapped)?;
            Some(("the program varies more than its listing declares", broken))
        });
    match broken {
        None => Ok(()),
        Some((what, how)) => Err(Problem::new(console.place(), what)
            .found(how)
            .shown("- the page   + the program", diff())
            .help("if that may happen, declare it in [package.metadata.book] of the listing's Cargo.toml")),
    }
}

/// Whether the page tells its reader what may vary, and nothing else.
fn told(console: &Console, variation: &Variation) -> Result<(), Problem> {
    let wanted = (!variation.is_none()).then(|| variation.sentence(console.documented));
    let found = console.told(VARIES);
    if found == wanted.as_deref() {
        return Ok(());
    }
    Err(Problem::new(
        console.place(),
        "what the page says of how this output varies does not hold",
    )
    .expected(wanted.unwrap_or("no such sentence: the listing declares nothing".to_owned()))
    .found(found.unwrap_or("no such sentence below the block")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_machine_writes_no_new_time() {
        let page = "start\nin 2.00 seconds\n";
        let verdict = |printed, late| in_time("src/a.md:3", page, printed, late, seconds::ROUGH);
        assert_eq!(verdict("start\nin 2.40 seconds\n", 0.05), Ok(()));
        // What the page shows already has been snapped.
        assert_eq!(verdict("begin\nin 2.00 seconds\n", 0.4), Ok(()));
        assert_eq!(verdict("no time\n", 0.4), Ok(()));
        let problem = verdict("start\nin 2.40 seconds\n", 0.4).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "src/a.md:3: the machine was late while this was printed, and the time may be
  expected  a machine that is late by less than 0.1 s, before a new time is written into the page
  found     `in 2.40 seconds`, on one that was late by 0.40 s
  help      when the machine has less to do, bless again"
        );
    }
}
