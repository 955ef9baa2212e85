//! The steps as data for the player, which draws them.

use std::iter;

use serde::Serialize;

use super::{has_row, left, words};
use crate::caption::moment;
use crate::steps::{Run, TaskNow};
use crate::timeline::Axis;

/// What is shown at a step besides the cards.
struct Shown<'a> {
    at: String,
    /// Where it is on the clock's axis, if there is one.
    c: Option<usize>,
    /// Whether the line was just reached.
    here: bool,
    line: usize,
    /// How many pieces of the output have been printed.
    out: usize,
    /// Whose it is, how long it takes, and which share of it is left.
    outside: Vec<(&'a str, String, u64)>,
    /// The width of its column on the axis of events.
    wide: usize,
}

/// A step: what of it is not as it was before.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'a String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<&'a Option<usize>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    here: Option<&'a bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<&'a usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    out: Option<&'a usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outside: Option<&'a Vec<(&'a str, String, u64)>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    say: Option<&'a str>,
    tasks: Vec<Card<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wide: Option<&'a usize>,
}

/// A task's card: its state, its words, the lines of its calls, then those of each of its branches; and
/// why it runs or does not, with the step where that began.
#[derive(Clone, PartialEq, Serialize)]
#[serde(untagged)]
enum Card<'a> {
    /// 0: it is what it was. In a long run nearly all are.
    Same(u8),
    Plain(&'static str, String, Vec<&'a [usize]>),
    Why(&'static str, String, Vec<&'a [usize]>, &'a str, usize),
}

/// The steps as JSON: of each what is not as it was before. The sentence of a change and all names stand in
/// the run in words, whose rows are the steps in their order.
pub fn steps(run: &Run) -> String {
    let shown = shown(run);
    let mut cards_before = Vec::new();
    let told = run.steps.iter().enumerate().map(|(at, step)| {
        let now = &shown[at];
        let before = at.checked_sub(1).map(|before| &shown[before]);
        let cards: Vec<_> = step.tasks.iter().map(|task| card(run, at, task)).collect();
        let tasks = cards.iter().enumerate().map(|(task, card)| {
            let is_same = cards_before.get(task) == Some(card);
            if is_same { Card::Same(0) } else { card.clone() }
        });
        let tasks = tasks.collect();
        cards_before = cards;
        Told {
            at: new(before, now, |shown| &shown.at),
            c: new(before, now, |shown| &shown.c),
            here: new(before, now, |shown| &shown.here),
            line: new(before, now, |shown| &shown.line),
            out: new(before, now, |shown| &shown.out),
            outside: new(before, now, |shown| &shown.outside),
            say: (!has_row(at, step)).then_some(&step.caption),
            tasks,
            wide: new(before, now, |shown| &shown.wide),
        }
    });
    let told: Vec<_> = told.collect();
    serde_json::to_string(&told).expect("words and numbers, for which JSON has a form")
}

/// A field, unless it is as it was.
fn new<'a, T: PartialEq>(
    before: Option<&'a Shown<'a>>,
    now: &'a Shown<'a>,
    field: impl Fn(&'a Shown<'a>) -> &'a T,
) -> Option<&'a T> {
    let is_same = before.is_some_and(|before| field(before) == field(now));
    (!is_same).then(|| field(now))
}

fn shown(run: &Run) -> Vec<Shown<'_>> {
    let (order, clock) = (Axis::order(run), Axis::clock(run));
    let mut line = 1;
    let shown = run.steps.iter().enumerate().map(|(at, step)| {
        let outside = step.outside.iter().map(|outside| {
            let share = 100 * outside.left / outside.of.max(1);
            (&*outside.name, left(outside), share)
        });
        line = step.line.unwrap_or(line);
        Shown {
            at: moment(step.t),
            c: clock.as_ref().map(|clock| clock.start(at)),
            here: step.line.is_some(),
            line,
            out: step.output,
            outside: outside.collect(),
            wide: order.width(at),
        }
    });
    shown.collect()
}

fn card<'a>(run: &Run, at: usize, task: &'a TaskNow) -> Card<'a> {
    let branches = task.branches.iter().map(|branch| &*branch.lines);
    let lines = iter::once(&*task.lines).chain(branches).collect();
    let (state, words) = (task.state.word(), words(run, task));
    // What happens in this step is told by its caption.
    match task.why.as_ref().filter(|why| why.step != at) {
        Some(why) => Card::Why(state, words, lines, &why.words, why.step),
        None => Card::Plain(state, words, lines),
    }
}
