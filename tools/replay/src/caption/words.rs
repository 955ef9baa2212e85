//! Words that several captions share.

use crate::steps::State;
use crate::steps::world::World;
use recording::TaskKind;

/// Milliseconds as people say them: `1 s`, `0.25 s`.
pub fn seconds(ms: u64) -> String {
    let (whole, rest) = (ms / 1000, ms % 1000);
    if rest == 0 {
        return format!("{whole} s");
    }
    let digits = format!("{rest:03}");
    format!("{whole}.{} s", digits.trim_end_matches('0'))
}

/// A moment of the run: `1.000 s`.
pub fn moment(ms: u64) -> String {
    format!("{}.{:03} s", ms / 1000, ms % 1000)
}

/// The task, and the call in it that was being run when the step began.
pub(super) fn who(world: &World, task: usize) -> String {
    match &world.told {
        (told, who) if *told == task => who.clone(),
        _ => who_now(world, task),
    }
}

/// The task, and the call in it that is being run: `main, in fetch_data(1),`.
pub(crate) fn who_now(world: &World, task: usize) -> String {
    let name = world.name(task);
    match &world.tasks[task].calls.chain()[..] {
        [_, .., last] => format!("{name}, in {},", last.name),
        // A closure has no name that is a call's.
        [only] if only.name != name && !world.is_polled(task) => {
            format!("{name}, in {},", only.name)
        }
        _ => name.to_owned(),
    }
}

/// `one`, `one and two`, `one, two and three`.
pub(super) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// `main is`, `main and fetch_data(1) are`.
pub(super) fn are(world: &World, tasks: &[usize]) -> String {
    let names: Vec<_> = tasks
        .iter()
        .map(|task| world.name(*task).to_owned())
        .collect();
    match &names[..] {
        [one] => format!("{one} is"),
        _ => format!("{} are", list(&names)),
    }
}

/// What becomes of the other tasks in `state` meanwhile, as the end of a sentence.
pub(super) fn others(world: &World, state: State, but: usize) -> String {
    let others = || {
        world.others(state, but).filter(|id| {
            world.kind(*id) != TaskKind::Blocking && Some(*id) != world.tasks[but].driver
        })
    };
    let count = others().count();
    let others: Vec<_> = others()
        .take(2)
        .map(|id| match (state, world.tasks[id].calls.line()) {
            (State::Suspended, Some(line)) => (world.name(id), format!(" at line {line}")),
            _ => (world.name(id), String::new()),
        })
        .collect();
    let still = match state {
        State::Suspended => "still suspended",
        _ => "ready and must wait",
    };
    match &others[..] {
        _ if count > 2 => format!("; {count} others are {still}"),
        [(name, at)] => format!("; {name} is {still}{at}"),
        [(one, at), (two, at_two)] => {
            format!("; {one} is {still}{at}, {two}{at_two}")
        }
        _ => String::new(),
    }
}

/// `, with name = "value"`, of the values that are worth a word.
pub(super) fn with(values: &[(String, String)]) -> String {
    let told: Vec<_> = values
        .iter()
        .filter(|(_, shown)| is_worth_a_word(shown))
        .map(|(name, shown)| format!("{name} = {shown}"))
        .collect();
    if told.is_empty() {
        String::new()
    } else {
        format!(", with {}", list(&told))
    }
}

/// Short text and numbers are; the name of a type is not.
pub(super) fn is_worth_a_word(shown: &str) -> bool {
    let is_literal = |c: char| c == '"' || c == '-' || c.is_ascii_digit();
    shown.chars().count() <= 40 && shown.starts_with(is_literal)
}

pub(super) fn clipped(text: &str) -> String {
    let line = text.trim_end().replace('\n', " ⏎ ");
    match line.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_times_as_people_do() {
        assert_eq!(seconds(1000), "1 s");
        assert_eq!(seconds(250), "0.25 s");
        assert_eq!(seconds(3010), "3.01 s");
        assert_eq!(moment(1010), "1.010 s");
    }

    #[test]
    fn lists_as_people_do() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&words[..1]), "a");
        assert_eq!(list(&words[..2]), "a and b");
        assert_eq!(list(&words), "a, b and c");
    }
}
