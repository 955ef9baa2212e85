//! What Tokio alone tells of a run: the part that a program shows also when nothing is inserted
//! into it.

use std::collections::HashMap;

use recording::{Cause, Happening, Recording};

use crate::raw::{Raw, Span, What, is_worker};

/// Spawns, polls, wakes and timers of a run, in order, one a line. Tasks and timers are numbered
/// as they are made. The wakes of what `block_on` drives are left out: Tokio does not tell them.
pub(crate) fn runtime(raws: &[Raw]) -> Vec<String> {
    let mut tasks: HashMap<Span, usize> = HashMap::new();
    let mut driven: Vec<Span> = Vec::new();
    let mut timers: HashMap<Span, usize> = HashMap::new();
    let mut told = Vec::new();
    for raw in raws {
        let task = |span: &Span| tasks.get(span).copied();
        match &raw.what {
            What::New {
                task,
                kind,
                closure,
                place,
                ..
            } => {
                if is_worker(closure) {
                    continue;
                }
                let number = tasks.len();
                tasks.insert(*task, number);
                if kind == "block_on" {
                    driven.push(*task);
                }
                // A macro may call `block_on`, and says that this is where the last statement is.
                let line = match &**kind {
                    "block_on" => String::new(),
                    _ => format!(", line {}", place.line),
                };
                told.push(format!("spawn {kind} {number}{line}"));
            }
            What::Enter(span) => told.extend(task(span).map(|task| format!("enter {task}"))),
            What::Exit { task: span, .. } => {
                told.extend(task(span).map(|task| format!("leave {task}")))
            }
            What::Close(span) => told.extend(task(span).map(|task| format!("close {task}"))),
            What::Wake(span) if !driven.contains(span) => {
                told.extend(task(span).map(|task| format!("wake {task}")));
            }
            What::Timer { timer, place } => {
                let number = timers.len();
                timers.insert(*timer, number);
                told.push(format!("timer {number}, line {}", place.line));
            }
            What::Armed { timer, .. } => {
                told.extend(timers.get(timer).map(|timer| format!("arm timer {timer}")));
            }
            What::Elapsed(timer) => {
                told.extend(
                    timers
                        .get(timer)
                        .map(|timer| format!("timer {timer} has fired")),
                );
            }
            _ => {}
        }
    }
    told
}

/// Whether a program does everything in the same order whenever it is run: not where threads take
/// their turns, not where the world outside says how often a task is woken, and not where a
/// `select!` looks at its branches in random order.
pub fn is_deterministic(recording: &Recording) -> bool {
    let mut events = recording.events.iter();
    let outside = events.any(|event| matches!(event.what, Happening::Wake { by: Cause::Io }));
    let random = recording.sites.iter().any(|site| site.any.is_some());
    recording.threads.len() == 1 && !outside && !random
}

/// Where tasks are spawned and, if `timers`, timers made: what a run does in whatever order its
/// threads take their turns. `told` is what Tokio tells of the run.
pub fn spawns_and_timers(told: &[String], timers: bool) -> Vec<String> {
    let mut made: Vec<String> = told
        .iter()
        .filter(|told| told.starts_with("spawn ") || (timers && told.starts_with("timer ")))
        .filter_map(|told| {
            // `spawn task 3, line 7` without its number.
            let (what, line) = told.split_once(", ")?;
            let (what, _number) = what.rsplit_once(' ')?;
            Some(format!("{what}, {line}"))
        })
        .collect();
    made.sort_unstable();
    made
}
