//! Where a task stands and what it waits for, for its card.

use crate::steps::State;
use crate::steps::calls::Fork;
use crate::steps::deed::Awaited;
use crate::steps::world::World;

/// Where a task stands and what it waits for.
pub(crate) fn place(world: &World, task: usize, state: State) -> String {
    let calls = &world.tasks[task].calls;
    if state.is_over() || state == State::Unmade {
        return String::new();
    }
    let now = &world.tasks[task];
    let line = lines(&calls.trunk(now.has_thread()));
    if line.is_empty() {
        let has_begun = calls.is_polled() || now.has_thread();
        return if has_begun { "" } else { "not begun" }.to_owned();
    }
    if now.is_dropping {
        return format!("{line}, being dropped");
    }
    if now.state == Some(State::Blocked) {
        return format!("{line}, in block_on");
    }
    if let (State::Blocked, Some(call)) = (state, world.call_of(task)) {
        return format!("{line}, in {call}");
    }
    let forks = calls.forks();
    match (&forks[..], calls.awaits()) {
        ([first, ..], _) if state == State::Suspended => match first.of {
            _ if forks.iter().any(|fork| !fork.is_awaited) => line,
            "" => format!("{line}, awaits {} side by side", forks.len()),
            name => format!("{line}, awaits {name}"),
        },
        ([], Some(awaited)) if state == State::Suspended => {
            let what = match awaited.task {
                Some(task) if short(awaited) == "JoinHandle" => world.name(task),
                _ => short(awaited),
            };
            format!("{line}, awaits {what}")
        }
        _ => line,
    }
}

/// Where one of the futures stands that a task awaits side by side.
pub(crate) fn branch_place(fork: &Fork) -> String {
    let line = lines(&fork.lines);
    match fork.awaited {
        Some(awaited) if !awaited.is_branch && !line.is_empty() => {
            format!("{line}, awaits {}", short(awaited))
        }
        _ if line.is_empty() => "not ready".to_owned(),
        _ => line,
    }
}

fn lines(lines: &[usize]) -> String {
    match lines {
        [.., outer, last] => format!("line {outer} → line {last}"),
        [only] => format!("line {only}"),
        [] => String::new(),
    }
}

/// What is awaited, in a word.
pub(crate) fn short(awaited: &Awaited) -> &str {
    if awaited.text.chars().count() <= 16 || (awaited.is_branch && awaited.what.is_empty()) {
        &awaited.text
    } else if awaited.what == "sleep" {
        "a sleep"
    } else if awaited.is_branch && awaited.text.chars().count() <= 40 {
        &awaited.text
    } else {
        &awaited.what
    }
}
