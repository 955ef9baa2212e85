//! The words of a run: what a step says, and the name that links use for it.

use crate::steps::{Awaited, Deed, State, World};
use recording::{Cause, End, Happening};

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

/// `fetch_data(1)` as part of an id: `fetch-data-1`.
pub fn slug(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let slug = words.join("-").to_lowercase();
    // Cut where a word ends: a link should be readable.
    let mut end = 40;
    if slug.len() > end {
        end = slug[..end].rfind('-').unwrap_or(end);
        return slug[..end].to_owned();
    }
    slug
}

/// The name of an event, for a message about it.
pub(crate) fn kind(kind: &Happening) -> &'static str {
    match kind {
        Happening::Poll => "poll",
        Happening::Polled { .. } => "polled",
        Happening::Spawn { .. } => "spawn",
        Happening::End { .. } => "end",
        Happening::Wake { .. } => "wake",
        Happening::Enter { .. } => "enter",
        Happening::Leave { .. } => "leave",
        Happening::Line { .. } => "line",
        Happening::Value { .. } => "value",
        Happening::Await { .. } => "await",
        Happening::Pending { .. } => "pending",
        Happening::Resume { .. } => "resume",
        Happening::Ready { .. } => "ready",
        Happening::Cancel { .. } => "cancel",
        Happening::Timer { .. } => "timer",
        Happening::Fire { .. } => "fire",
        Happening::Block { .. } => "block",
        Happening::Unblock { .. } => "unblock",
        Happening::Out { .. } => "out",
        Happening::Panic { .. } => "panic",
        Happening::More { .. } => "more",
        Happening::Exit { .. } => "exit",
    }
}

/// The task, and the call in it that is being run: `main, in fetch_data(1),`.
pub(crate) fn who(world: &World, task: usize) -> String {
    let name = world.name(task);
    match &world.tasks[task].frames[..] {
        [_, .., last] => format!("{name}, in {},", last.name),
        _ => name.to_owned(),
    }
}

/// `thread::sleep` of `thread::sleep(Duration::from_secs(1));`.
pub(crate) fn callee(text: &str) -> &str {
    let path = text.split('(').next().unwrap_or_default().trim();
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    if !path.is_empty() && path.chars().all(is_path) {
        path
    } else {
        "a blocking call"
    }
}

/// Where a task stands and what it waits for, for its card.
pub(crate) fn place(world: &World, task: usize, state: State) -> String {
    let frames = &world.tasks[task].frames;
    if state.is_over() {
        return String::new();
    }
    let Some(last) = frames.last() else {
        return "not begun".to_owned();
    };
    let line = match &frames[..] {
        [.., outer, _] => format!("line {} → line {}", outer.line, last.line),
        _ => format!("line {}", last.line),
    };
    match world.tasks[task].awaits.last() {
        Some(awaited) if state == State::Suspended => {
            format!("{line}, awaits {}", short(awaited))
        }
        _ => line,
    }
}

/// What is awaited, in a word.
fn short(awaited: &Awaited) -> &str {
    if awaited.text.chars().count() <= 16 {
        &awaited.text
    } else if awaited.what == "sleep" {
        "a sleep"
    } else {
        &awaited.what
    }
}

/// The name that links use for a step, and whether it counts from the first.
pub(crate) fn id(world: &World, deed: &Deed) -> (String, bool) {
    let name = |task: usize| slug(world.name(task));
    match deed {
        Deed::Line { task, .. } => {
            let line = world.tasks[*task].frames.last().map_or(0, |f| f.line);
            (format!("line-{line}"), false)
        }
        Deed::Poll { task, .. } => (format!("{}-polled", name(*task)), true),
        Deed::Spawn { new, .. } => (format!("{}-spawned", name(*new)), false),
        Deed::Out { text, .. } => (format!("prints-{}", slug(text)), false),
        Deed::SetTimer { task, .. } => (format!("{}-sets-timer", name(*task)), true),
        Deed::Await {
            task,
            suspended: true,
            ..
        } => (format!("{}-suspends", name(*task)), true),
        Deed::Await {
            entered: Some(call),
            ..
        } => (format!("{}-begins", slug(call)), false),
        Deed::Await { task, awaited, .. } => (
            format!("{}-awaits-{}", name(*task), slug(short(awaited))),
            false,
        ),
        Deed::Call { name, .. } => (format!("{}-begins", slug(name)), false),
        Deed::Return { name, .. } => (format!("{}-returns", slug(name)), false),
        Deed::End { task, how, .. } => {
            let verb = match how {
                End::Done => "ends",
                End::Panicked => "panics",
                End::Cancelled => "is-cancelled",
                End::Dropped => "is-dropped",
            };
            (format!("{}-{verb}", name(*task)), false)
        }
        Deed::Fire { timer, .. } => {
            let task = world.timers.get(timer).map_or(0, |timer| timer.task);
            (format!("{}-timer-fires", name(task)), true)
        }
        Deed::Wake { task, .. } => (format!("{}-woken", name(*task)), true),
        Deed::Idle { .. } => ("thread-sleeps".to_owned(), true),
        Deed::Busy { .. } => ("thread-computes".to_owned(), true),
        Deed::Block { .. } => ("thread-blocked".to_owned(), true),
        Deed::Unblock { .. } => ("thread-unblocked".to_owned(), true),
        Deed::More { line, .. } => (format!("more-of-line-{line}"), false),
        Deed::Exit { .. } => ("exit".to_owned(), false),
    }
}

/// What a step says.
pub(crate) fn caption(world: &World, deed: &Deed) -> String {
    match deed {
        Deed::Line { task, value } => {
            let line = world.tasks[*task].frames.last().map_or(0, |f| f.line);
            let who = who(world, *task);
            match value {
                Some((name, shown)) if shown.starts_with("future of ") => {
                    format!("{who} runs line {line}: {name} is a {shown}. Nothing of it has run.")
                }
                Some((name, shown)) if is_worth_a_word(shown) => {
                    format!("{who} runs line {line}: {name} is {shown}.")
                }
                Some((name, _)) => format!("{who} runs line {line}, which sets {name}."),
                None => format!("{who} comes to line {line}."),
            }
        }
        Deed::Poll {
            task,
            first,
            over,
            again,
            value,
        } => poll(world, *task, *first, over.as_ref(), *again, value.as_ref()),
        Deed::Spawn { task, new } if world.is_driven(*new) => format!(
            "{} hands {} to the runtime, which drives it on this thread.",
            who(world, *task),
            world.name(*new)
        ),
        Deed::Spawn { task, new } => format!(
            "{} spawns {}, a new task. It is ready, but {} still has the thread.",
            who(world, *task),
            world.name(*new),
            world.name(*task)
        ),
        Deed::Out { task, fd, text } => {
            let to = if *fd == 2 { " to stderr" } else { "" };
            format!("{} prints “{}”{to}.", who(world, *task), clipped(text))
        }
        Deed::SetTimer { task, ms } => {
            format!(
                "{} sets a timer of {}; it runs from now on.",
                who(world, *task),
                seconds(*ms)
            )
        }
        Deed::Await { .. } => awaits(world, deed),
        Deed::Call { task, name } => match &world.tasks[*task].frames[..] {
            [.., outer, _] => format!("{} calls {name}, which begins.", outer.name),
            _ => format!("The program starts: {name} begins."),
        },
        Deed::Return { task, name, value } => {
            let to = match world.tasks[*task].frames.last() {
                Some(frame) => format!("{} goes on at line {}", frame.name, frame.line),
                None => format!("{} goes on", world.name(*task)),
            };
            format!("{name} has returned, so {to}{}.", with(value.as_ref()))
        }
        Deed::End {
            task,
            how,
            woken,
            exit,
        } => ends(world, *task, *how, woken, *exit),
        Deed::Fire {
            timer,
            woken,
            after,
        } => {
            let whose = world.timers.get(timer).map_or(0, |timer| timer.task);
            let name = world.name(whose);
            let fired = format!("{name}’s timer of {} fires", seconds(*after));
            if woken.is_empty() {
                format!("{fired}. It wakes nobody.")
            } else if woken == &[whose] {
                format!(
                    "{fired}, so it is ready{}.",
                    others(world, State::Suspended, whose)
                )
            } else {
                format!("{fired}, so {} ready.", are(world, woken))
            }
        }
        Deed::Wake { task, by } => {
            let name = world.name(*task);
            let why = match by {
                Cause::Timer(_) => "Its timer has fired".to_owned(),
                Cause::Task(by) => format!("{} has done what it waits for", world.name(*by)),
                Cause::End(by) => format!("{} has ended", world.name(*by)),
                Cause::Io => "What it waits for has come from outside".to_owned(),
                Cause::Itself => return format!("{name} has woken itself, so it is ready again."),
                Cause::Unknown => return format!("{name} is woken, so it is ready."),
            };
            format!("{why}, so {name} is ready.")
        }
        Deed::Idle { next } => match next {
            Some((task, left)) => format!(
                "No task is ready. The thread sleeps until the next timer fires: {}’s, in {}.",
                world.name(*task),
                seconds(*left)
            ),
            None => "No task is ready. The thread sleeps until something wakes a task.".to_owned(),
        },
        Deed::Busy { task, ms } => match task {
            Some(task) => format!(
                "{} computes for {} and keeps the thread{}.",
                who(world, *task),
                seconds(*ms),
                others(world, State::Ready, *task)
            ),
            None => format!("{} pass.", seconds(*ms)),
        },
        Deed::Block { task, ms, what } => format!(
            "{} calls {what}, which blocks the thread for {}{}.",
            who(world, *task),
            seconds(*ms),
            if others(world, State::Ready, *task).is_empty() {
                ": nothing else can run".to_owned()
            } else {
                others(world, State::Ready, *task)
            }
        ),
        Deed::Unblock { task, ms, what } => format!(
            "{what} returns after {}, so {} goes on at line {}.",
            seconds(*ms),
            match world.tasks[*task].frames.last() {
                Some(frame) => &frame.name,
                None => world.name(*task),
            },
            world.tasks[*task].frames.last().map_or(0, |f| f.line)
        ),
        Deed::More { count, line } => {
            format!("Line {line} went on: {count} more events there were counted, not recorded.")
        }
        Deed::Exit { code, cut } => match (code, cut) {
            (_, Some(why)) => format!(
                "The recording was cut off here: {why}. The program was still running after {}.",
                seconds(world.t)
            ),
            (None, None) => format!("A signal ends the program after {}.", seconds(world.t)),
            (Some(0), None) => format!("The program ends after {}.", seconds(world.t)),
            (Some(code), None) => format!(
                "The program ends after {} with exit code {code}.",
                seconds(world.t)
            ),
        },
    }
}

fn poll(
    world: &World,
    task: usize,
    first: bool,
    over: Option<&Awaited>,
    again: bool,
    value: Option<&(String, String)>,
) -> String {
    let name = world.name(task);
    let line = world.tasks[task].frames.last().map_or(0, |f| f.line);
    if first && task == 0 {
        return format!("The program starts: the runtime polls {name}, which begins.");
    }
    if first {
        return format!("The thread is free, so the runtime polls {name}, which begins.");
    }
    let polls = format!("The thread is free, so the runtime polls {name}");
    if again {
        return format!("{polls}. What it awaits is not ready, so it is suspended again.");
    }
    let Some(over) = over else {
        return format!("{polls}.");
    };
    let why = match &*over.what {
        "sleep" => "Its sleep is over".to_owned(),
        "JoinHandle" => format!("{} has ended", short(over)),
        _ => format!("{} is ready", short(over)),
    };
    format!(
        "{polls}. {why}, so it goes on at line {line}{}.",
        with(value)
    )
}

fn awaits(world: &World, deed: &Deed) -> String {
    let Deed::Await {
        task,
        awaited,
        timer,
        entered,
        ready,
        suspended,
        value,
    } = deed
    else {
        return String::new();
    };
    let who = who(world, *task);
    let name = world.name(*task);
    let line = awaited.line;
    let what = match awaited.task {
        Some(task) => format!("{}, which is {},", awaited.text, world.name(task)),
        None => short(awaited).to_owned(),
    };
    let free = match world.tasks[*task].state {
        Some(State::Ready) => "but it was woken meanwhile, so it is ready again",
        _ => "and the thread is free",
    };
    if let Some(call) = entered {
        // The call stands in the frames already; the one that awaits is the frame outside of it.
        let frames = &world.tasks[*task].frames;
        let by = frames
            .len()
            .checked_sub(2)
            .map_or(name, |at| &frames[at].name);
        return format!("{by} awaits {what} at line {line}: {call} begins, as a part of {name}.");
    }
    if *ready {
        let has = match &*awaited.what {
            "JoinHandle" => "That task has ended already",
            _ => "It is ready already",
        };
        return format!(
            "{who} awaits {what} at line {line}. {has}, so {name} goes on without being suspended{}.",
            with(value.as_ref())
        );
    }
    if !*suspended {
        return format!("{who} awaits {what} at line {line}.");
    }
    match (&*awaited.what, timer) {
        (_, Some(ms)) => format!(
            "{who} awaits a sleep of {} at line {line}. A timer runs, {name} is suspended, {free}.",
            seconds(*ms)
        ),
        ("JoinHandle", None) => format!(
            "{who} awaits {what} at line {line}. That task has not ended, so {name} is suspended, {free}."
        ),
        _ => format!(
            "{who} awaits {what} at line {line}. It is not ready, so {name} is suspended, {free}."
        ),
    }
}

fn ends(world: &World, task: usize, how: End, woken: &[usize], exit: bool) -> String {
    let name = world.name(task);
    let over = if exit {
        format!(", and the program ends after {}", seconds(world.t))
    } else {
        String::new()
    };
    if let (End::Done, Some(driver)) = (how, world.tasks[task].driver) {
        return format!("{name} ends, so {} goes on{over}.", world.name(driver));
    }
    match how {
        End::Done if task == 0 => format!("{name} returns{over}."),
        End::Done if woken.is_empty() => {
            format!("{name} ends. No task is waiting for it, so it wakes nobody{over}.")
        }
        End::Done => format!(
            "{name} ends. That is what {} for, so {} ready{over}.",
            match woken {
                [one] => format!("{} waits", world.name(*one)),
                _ => "others wait".to_owned(),
            },
            are(world, woken)
        ),
        End::Panicked => format!("{name} panics{over}."),
        End::Cancelled => format!("{name} is cancelled{over}."),
        End::Dropped => {
            let begun = if world.tasks[task].frames.is_empty() {
                ""
            } else {
                " in the middle"
            };
            format!("The runtime shuts down and drops {name}{begun}{over}.")
        }
    }
}

/// `main is`, `main and fetch_data(1) are`.
fn are(world: &World, tasks: &[usize]) -> String {
    let names: Vec<_> = tasks.iter().map(|task| world.name(*task)).collect();
    match &names[..] {
        [one] => format!("{one} is"),
        _ => format!("{} are", names.join(" and ")),
    }
}

/// What becomes of the other tasks in `state` meanwhile, as the end of a sentence.
fn others(world: &World, state: State, but: usize) -> String {
    let tasks = world.tasks.iter().enumerate();
    let others: Vec<_> = tasks
        .filter(|(id, task)| *id != but && task.state == Some(state))
        .map(|(id, task)| match (state, task.frames.last()) {
            (State::Suspended, Some(frame)) => (world.name(id), format!(" at line {}", frame.line)),
            _ => (world.name(id), String::new()),
        })
        .collect();
    let still = match state {
        State::Suspended => "still suspended",
        _ => "ready and must wait",
    };
    match &others[..] {
        [] => String::new(),
        [(name, at)] => format!("; {name} is {still}{at}"),
        [(one, at), (two, at_two)] => {
            format!("; {one} is {still}{at}, {two}{at_two}")
        }
        many => format!("; {} others are {still}", many.len()),
    }
}

fn with(value: Option<&(String, String)>) -> String {
    match value {
        Some((name, shown)) if is_worth_a_word(shown) => format!(", with {name} = {shown}"),
        _ => String::new(),
    }
}

/// Short text and numbers are; the name of a type is not.
fn is_worth_a_word(shown: &str) -> bool {
    let is_literal = |c: char| c == '"' || c == '-' || c.is_ascii_digit();
    shown.chars().count() <= 40 && shown.starts_with(is_literal)
}

fn clipped(text: &str) -> String {
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
    fn names_a_moment_by_what_happens() {
        assert_eq!(slug("fetch_data(1)"), "fetch-data-1");
        assert_eq!(slug("Do something with 1...\n"), "do-something-with-1");
        assert_eq!(slug(&"word ".repeat(20)).len(), 39);
    }
}
