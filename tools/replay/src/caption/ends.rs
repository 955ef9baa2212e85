//! The words for what is over: calls, futures, tasks and the program.

use super::awaits::{goes_on_with, macro_in};
use super::places::short;
use super::words::{are, list, seconds, with};
use crate::steps::State;
use crate::steps::deed::{Awaited, Macro, is_borrowed};
use crate::steps::world::World;
use recording::{End, TaskKind};

/// One of the futures of a macro has returned.
pub(super) fn returns_to(
    world: &World,
    task: usize,
    name: &str,
    branch: &Awaited,
    rest: &[String],
    values: &[(String, String)],
) -> String {
    let (of, line) = (&branch.of.name, branch.of.line);
    let of = if of.is_empty() {
        format!("what is awaited at line {line}")
    } else {
        format!("{of} at line {line}")
    };
    let still = if rest.is_empty() {
        String::new()
    } else {
        format!(", which still waits for {}", list(rest))
    };
    let what = short(branch);
    let with = goes_on_with(world, task, &branch.of, values);
    if what.replace('_', "") == name.replace('_', "") {
        format!("{name} has returned to {of}{still}{with}.")
    } else {
        format!("{name} has returned, so {what} is ready for {of}{still}{with}.")
    }
}

/// A call has returned, to what called it or to `within`.
pub(super) fn returns(
    world: &World,
    task: usize,
    name: &str,
    within: Option<&String>,
    values: &[(String, String)],
) -> String {
    if let Some(within) = within {
        return format!("{name} has returned to {within}{}.", with(values));
    }
    // While its task is dropped, nothing goes on behind it.
    if world.tasks[task].state != Some(State::Running) {
        return format!("{name} has returned.");
    }
    let chain = world.tasks[task].calls.chain();
    let to = match (chain.last(), world.kind(task)) {
        (Some(call), _) => format!("{} goes on at line {}", call.name, call.line),
        // What called it is a closure, which has no name of its own.
        (None, TaskKind::Blocking | TaskKind::Thread) => "the closure goes on".to_owned(),
        (None, _) => format!("{} goes on", world.name(task)),
    };
    format!("{name} has returned, so {to}{}.", with(values))
}

/// Futures are dropped while they wait.
pub(super) fn gives_up(
    world: &World,
    task: usize,
    what: &[(String, Option<usize>)],
    of: Option<&Macro>,
) -> String {
    // Of what is only borrowed, the future itself lives on.
    let (left, dropped): (Vec<_>, Vec<_>) = what.iter().partition(|(text, _)| is_borrowed(text));
    let dropped: Vec<_> = dropped
        .into_iter()
        .map(|(text, line)| match line {
            Some(line) => format!("{text} (it waits at line {line})"),
            None => text.clone(),
        })
        .collect();
    let left: Vec<_> = left.into_iter().map(|(text, _)| text.clone()).collect();
    let by = match of {
        Some(of) => {
            let by = macro_in(world, task, of);
            format!("{by}’s {} at line {}", of.name, of.line)
        }
        None => String::new(),
    };
    let lives = if left.len() == 1 { "lives" } else { "live" };
    match (&by[..], dropped.is_empty(), left.is_empty()) {
        ("", false, _) if dropped.len() == 1 => {
            format!("{} is dropped before it is ready.", dropped[0])
        }
        ("", false, _) => format!("{} are dropped before they are ready.", list(&dropped)),
        ("", true, _) => format!("{} {lives} on, no longer polled here.", list(&left)),
        (by, false, true) => format!("{by} is over, so it drops {}.", list(&dropped)),
        (by, false, false) => format!(
            "{by} is over, so it drops {}; {} {lives} on.",
            list(&dropped),
            list(&left)
        ),
        (by, true, _) => format!(
            "{by} is over; {} {lives} on, no longer polled by it.",
            list(&left)
        ),
    }
}

/// A task is over.
pub(super) fn ends(world: &World, task: usize, how: End, woken: &[usize], exit: bool) -> String {
    let name = world.name(task);
    let over = if exit {
        format!(", and the program ends after {}", after(world))
    } else {
        String::new()
    };
    if let (End::Done, Some(driver)) = (how, world.tasks[task].driver) {
        return format!("{name} ends, so {} goes on{over}.", world.name(driver));
    }
    let awaited = if woken.is_empty() {
        String::new()
    } else {
        format!(
            ". That is what {} for, so {} ready",
            match woken {
                [one] => format!("{} waits", world.name(*one)),
                _ => "others wait".to_owned(),
            },
            are(world, woken)
        )
    };
    match how {
        End::Done if task == 0 => format!("{name} returns{over}."),
        End::Done if !woken.is_empty() => format!("{name} ends{awaited}{over}."),
        // On several threads another one may be about to ask.
        End::Done if world.threads.are_several() || world.is_end_awaited[task] => {
            format!("{name} ends{over}.")
        }
        End::Done => {
            format!("{name} ends. No task is waiting for it, so it wakes nobody{over}.")
        }
        End::Panicked if world.tasks[task].panic.is_some() => {
            format!("The panic ends {name}{awaited}{over}.")
        }
        End::Panicked => format!("{name} panics, which ends it{awaited}{over}."),
        _ if world.tasks[task].has_failed => {
            format!("{name} is dropped; nothing of it has run{over}.")
        }
        End::Cancelled => format!("{name} is cancelled{awaited}{over}."),
        End::Dropped => {
            let begun = if world.tasks[task].calls.is_polled() {
                " in the middle"
            } else {
                ""
            };
            format!("The runtime shuts down and drops {name}{begun}{over}.")
        }
    }
}

/// How long the program has run.
fn after(world: &World) -> String {
    let clock = if world.is_paused() {
        " of its own clock"
    } else {
        ""
    };
    format!("{}{clock}", seconds(world.t))
}

/// The program is over, or its recording.
pub(super) fn exits(
    world: &World,
    code: Option<i32>,
    cut: Option<&String>,
    differs: &[String],
) -> String {
    let after = after(world);
    let end = match (code, cut) {
        (_, Some(why)) => format!(
            "The recording was cut off here: {why}. The program was still running after {after}."
        ),
        (None, None) => format!("A signal ends the program after {after}."),
        (Some(0), None) => format!("The program ends after {after}."),
        (Some(code), None) => format!("The program ends after {after} with exit code {code}."),
    };
    if differs.is_empty() {
        return end;
    }
    format!(
        "{end} Without the recorder, this program differs in its {}.",
        list(differs)
    )
}
