//! What a reader is asked before a run is shown: `{{#predict LISTING}}`.
//!
//! The answer is the console block that the chapter has for the listing, which the tests of a book
//! hold to what the program prints. What is asked depends on it: the order of its lines, if these
//! are few and always come in the same; and what its last line says about the time, if it does.

use std::fmt::Write;

use preprocessor::Block;

use crate::html::escape;
use crate::manifest::Declared;
use crate::printed;

/// The name that links use for a question, as if it were a moment of the run.
pub const ANCHOR: &str = "predict";

/// More lines than these nobody wants to put in order.
const MOST_LINES: usize = 8;

/// How many times a reader may choose from.
const CHOICES: u64 = 4;

/// What a listing prints, as a chapter shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The line of the chapter where the block begins.
    pub line: usize,
    /// What stands below the command.
    pub output: String,
}

/// What a reader is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The lines to be put in order, out of order; none if that is not asked.
    pub shuffled: Vec<String>,
    /// The time that the last line says, if that is asked.
    pub time: Option<Time>,
    /// All that is printed.
    pub answer: String,
}

/// A line's time, and others that it might be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    /// The line without its time.
    pub line: String,
    /// As it is printed, without the unit.
    pub right: String,
    /// The right one among wrong ones, the shortest first.
    pub choices: Vec<String>,
}

/// Why nothing can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unasked {
    /// The lines may come in another order, or not at all.
    Varies,
    /// There are too many to put in order.
    Many,
    /// There is one at most, or all are the same.
    Nothing,
}

/// The first of the chapter's blocks, from byte `from` of it on, that shows what `listing` prints.
pub fn shown_below(blocks: &[Block], from: usize, listing: &str) -> Option<Shown> {
    let command = format!("$ cargo run -p {listing}");
    let is_below = |block: &&Block| block.range.start >= from && block.language() == "console";
    let mut below = blocks.iter().filter(is_below);
    below.find_map(|block| {
        let (first, output) = block.text.split_once('\n').unwrap_or((&block.text, ""));
        let more = first.trim_end().strip_prefix(&command)?;
        let is_it = !more.starts_with(|c: char| !" ;".contains(c));
        is_it.then(|| Shown {
            line: block.line,
            output: output.trim_end().to_owned(),
        })
    })
}

/// What to ask of a listing that prints `output`. The times that its what-ifs print are the wrong ones
/// to choose from, as far as they go: each is right for a program that one may take this one for.
///
/// # Errors
///
/// When it prints nothing that could be asked.
pub fn question(
    listing: &str,
    output: &str,
    what_ifs: &[String],
    declared: &Declared,
) -> Result<Question, Unasked> {
    let mut lines: Vec<String> = output.lines().map(str::to_owned).collect();
    let mut random = Random::new(listing);
    let last = lines
        .last()
        .filter(|line| !declared.may_be_missing.contains(line));
    let time = last.and_then(|line| time(line, what_ifs, &mut random));
    if time.is_some() {
        lines.pop();
    }
    let varies = declared.varies || !declared.may_be_missing.is_empty();
    let is_many = lines.len() > MOST_LINES;
    let mut shuffled = match varies || is_many {
        true => Vec::new(),
        false => shuffled(&lines, &mut random),
    };
    // Nothing can be told from them.
    if shuffled == lines {
        shuffled.clear();
    }
    if shuffled.is_empty() && time.is_none() {
        return Err(match (varies, is_many) {
            (true, _) => Unasked::Varies,
            (_, true) => Unasked::Many,
            _ => Unasked::Nothing,
        });
    }
    Ok(Question {
        shuffled,
        time,
        answer: output.to_owned(),
    })
}

/// The lines in another order, unless all are the same.
fn shuffled(lines: &[String], random: &mut Random) -> Vec<String> {
    let mut shuffled = lines.to_vec();
    for last in (1..shuffled.len()).rev() {
        shuffled.swap(last, random.below(last as u64 + 1) as usize);
    }
    for _ in lines {
        if shuffled != lines {
            break;
        }
        shuffled.rotate_left(1);
    }
    shuffled
}

fn time(line: &str, what_ifs: &[String], random: &mut Random) -> Option<Time> {
    let right = printed::time(line)?;
    let hundredths = right.hundredths;
    let masked = printed::without_time(line);
    let unit = if hundredths < 100 { 10 } else { 100 };
    // None of them is 0: that would be no answer.
    let smaller = random.below(CHOICES).min(hundredths.checked_sub(1)? / unit);
    let steps = (0..CHOICES).map(|choice| hundredths + choice * unit - smaller * unit);
    let lines = what_ifs.iter().flat_map(|output| output.lines());
    let likely = lines
        .filter(|line| printed::without_time(line) == masked)
        .filter_map(printed::time)
        .map(|time| time.hundredths)
        .filter(|time| *time > 0);
    let mut choices = vec![hundredths];
    for choice in likely.chain(steps) {
        if (choices.len() as u64) < CHOICES && !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    choices.sort_unstable();
    Some(Time {
        line: masked,
        right: right.number.to_owned(),
        choices: choices
            .iter()
            .map(|time| format!("{}.{:02}", time / 100, time % 100))
            .collect(),
    })
}

/// The question as an HTML block: one element, no blank line in it. Without a script it shows what
/// is asked, and the answer folded.
pub fn page(listing: &str, question: &Question) -> String {
    let name = escape(listing);
    let time = question.time.as_ref();
    let time_is = time.map(|time| format!(" data-time=\"{}\"", escape(&time.right)));
    let mut html = format!(
        "<form class=\"predict\" id=\"{name}@{ANCHOR}\" data-of=\"{name}\"{} autocomplete=\"off\">\n<fieldset disabled>\n",
        time_is.unwrap_or_default()
    );
    if question.shuffled.is_empty() {
        html.push_str("<legend>What does the last line say?</legend>\n");
    } else {
        html.push_str("<legend>Which of these lines comes first, which next?</legend>\n<ol>\n");
        for line in &question.shuffled {
            let line = escape(line);
            let _ = writeln!(
                html,
                "<li><label class=\"chip\"><input type=\"checkbox\" value=\"{line}\" required><b></b><samp>{line}</samp></label></li>"
            );
        }
        html.push_str("</ol>\n");
    }
    if let Some(time) = time {
        let line = escape(&time.line);
        let _ = writeln!(
            html,
            "<p role=\"radiogroup\" aria-label=\"{line}\"><samp>{line}</samp>"
        );
        for choice in &time.choices {
            let _ = writeln!(
                html,
                "<label class=\"chip\"><input type=\"radio\" name=\"time\" value=\"{choice}\" required>{choice}</label>"
            );
        }
        html.push_str("</p>\n");
    }
    // Buttons without their script are of no use.
    let _ = write!(
        html,
        "</fieldset>\n<p hidden><button class=\"chip\">Compare</button> <button class=\"chip\" type=\"button\">Skip</button> <button class=\"chip\" type=\"button\">Try again</button> <output></output></p>\n<details>\n<summary>What it prints</summary>\n<pre>{}</pre>\n</details>\n</form>\n",
        escape(&question.answer)
    );
    html
}

/// The class of a block that stays hidden until `listing` is predicted, as a word to be added to
/// its fence.
pub fn class(listing: &str) -> String {
    format!("{ANCHOR}-{listing}")
}

/// Numbers that look random and are the same in every build (xorshift, from the name's FNV hash).
struct Random(u64);

impl Random {
    fn new(name: &str) -> Self {
        let hash = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Random(name.bytes().fold(0xcbf2_9ce4_8422_2325, hash).max(1))
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) % end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(output: &str) -> Result<Question, Unasked> {
        question("hello", output, &[], &Declared::default())
    }

    fn sorted(mut lines: Vec<String>) -> Vec<String> {
        lines.sort();
        lines
    }

    #[test]
    fn the_shuffled_lines_are_never_in_their_order() {
        for output in ["a\nb", "a\na\nb", "a\nb\nc\nd\ne\nf\ng\nh", "b\na\na\na"] {
            let lines: Vec<_> = output.lines().map(str::to_owned).collect();
            for name in 0..200 {
                let found = question(&name.to_string(), output, &[], &Declared::default());
                let found = found.expect("a question").shuffled;
                assert_ne!(found, lines, "{name}");
                assert_eq!(sorted(found), sorted(lines.clone()));
            }
        }
        assert_eq!(ask("a\nb\nc"), ask("a\nb\nc"));
    }

    #[test]
    fn the_right_time_is_one_of_four_and_none_is_zero() {
        for (line, right, unit) in [
            ("Finished in 2.00 seconds", "2.00", 100),
            ("0.30 seconds", "0.30", 10),
            ("10.25 seconds.", "10.25", 100),
            ("0.01 seconds", "0.01", 10),
        ] {
            for name in 0..50 {
                let found = question(&name.to_string(), line, &[], &Declared::default());
                let time = found.expect("a question").time.expect("a time");
                assert_eq!(time.right, right);
                assert!(time.choices.contains(&time.right), "{time:?}");
                let choices = time
                    .choices
                    .iter()
                    .map(|time| time.replace('.', "").parse());
                let choices: Vec<u64> = choices.map(|time| time.expect("digits")).collect();
                assert!(choices[0] > 0 && choices.len() == 4, "{choices:?}");
                assert!(choices.windows(2).all(|pair| pair[1] - pair[0] == unit));
            }
        }
    }

    #[test]
    fn the_times_of_the_what_ifs_are_chosen_from_first() {
        let what_ifs = [
            "a\nin 3.10 seconds",
            "in 2.60 seconds\nb",
            "in 4.60 seconds",
            "took 9.00 seconds",
        ];
        let found = question(
            "x",
            "in 4.60 seconds",
            &what_ifs.map(str::to_owned),
            &Declared::default(),
        );
        let choices = found.expect("a question").time.expect("a time").choices;
        assert!(choices.len() == 4 && choices.is_sorted(), "{choices:?}");
        for expected in ["2.60", "3.10", "4.60"] {
            assert!(choices.contains(&expected.to_owned()), "{choices:?}");
        }
        assert!(!choices.contains(&"9.00".to_owned()), "{choices:?}");
    }

    #[test]
    fn a_last_line_with_a_time_is_not_put_in_order() {
        let found = ask("a\nb\nin 1.00 seconds").expect("a question");
        assert_eq!(found.shuffled, ["b", "a"]);
        assert_eq!(found.time.expect("a time").line, "in … seconds");
        // It says one in another place: then it is a line like others.
        let found = ask("in 1.00 seconds\nb").expect("a question");
        assert_eq!((found.shuffled.len(), found.time), (2, None));
    }

    #[test]
    fn what_varies_or_is_long_is_asked_for_its_time_alone() {
        let long = "a\nb\nc\nd\ne\nf\ng\nh\ni";
        assert_eq!(ask(long), Err(Unasked::Many));
        let found = ask(&format!("{long}\nin 1.00 seconds")).expect("a question");
        assert!(found.shuffled.is_empty() && found.time.is_some());
        let varies = Declared {
            varies: true,
            ..Declared::default()
        };
        assert_eq!(question("x", "a\nb", &[], &varies), Err(Unasked::Varies));
        let found = question("x", "a\nb\nin 1.00 seconds", &[], &varies).expect("a question");
        assert!(found.shuffled.is_empty() && found.time.is_some());
        let missing = Declared {
            may_be_missing: vec!["in 1.00 seconds".to_owned()],
            ..Declared::default()
        };
        let found = question("x", "a\nb\nin 1.00 seconds", &[], &missing);
        assert_eq!(found, Err(Unasked::Varies));
        for nothing in ["", "a", "a\na"] {
            assert_eq!(ask(nothing), Err(Unasked::Nothing));
        }
    }

    #[test]
    fn the_block_is_the_first_of_the_listing_below() {
        let chapter = "```console\n$ cargo run -p a\nabove\n```\n@\n```console\n$ cargo run -p a-b\nother\n```\n```text\n$ cargo run -p a\n```\n```console\n$ cargo run -p a 2>&1\n1\n\n2\n```\n```console\n$ cargo run -p a\nlater\n```\n";
        let from = chapter.find('@').expect("the mark");
        let blocks = preprocessor::blocks(chapter);
        let shown = shown_below(&blocks, from, "a").expect("a block");
        assert_eq!((shown.line, &*shown.output), (13, "1\n\n2"));
        assert_eq!(shown_below(&blocks, from, "b"), None);
    }

    #[test]
    fn nothing_ends_the_block() {
        let mut asked = ask("</li>\n\n{{#x").expect("a question");
        asked.time = Some(Time {
            line: "\"{{#y".to_owned(),
            right: "1".to_owned(),
            choices: Vec::new(),
        });
        let page = page("a", &asked);
        assert!(page.lines().all(|line| !line.trim().is_empty()), "{page}");
        assert!(!page.contains("{{") && page.matches("</li>").count() == 3);
    }
}
