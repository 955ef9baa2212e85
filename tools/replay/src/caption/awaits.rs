//! The words for what is awaited, and for polls.

use super::places::short;
use super::words::{list, seconds, who, with};
use crate::steps::State;
use crate::steps::deed::{Awaited, Deed, Look, Macro};
use crate::steps::world::World;
use recording::TaskKind;

/// What is awaited, as the beginning of a sentence.
pub(super) fn subject(awaited: &Awaited) -> String {
    match short(awaited) {
        "a sleep" => "Its sleep".to_owned(),
        other => other.to_owned(),
    }
}

/// `, and the thread is free`, where nothing else could have taken it.
pub(super) fn and_free(world: &World, task: usize) -> String {
    let now = &world.tasks[task];
    if now.state == Some(State::Ready) {
        return ", but it was woken meanwhile, so it is ready again".to_owned();
    }
    let is_driven_elsewhere = world.is_driven(task) && world.threads.drives_elsewhere(now.thread);
    if world.threads.has_workers || is_driven_elsewhere {
        return String::new();
    }
    if let Some(outer) = now.within {
        return format!(", and {} goes on", world.name(outer));
    }
    format!(", and {} is free", world.threads.named(now.thread))
}

/// `, main is suspended, and the thread is free`: the end of a sentence about what goes on meanwhile.
pub(super) fn and_suspends(world: &World, task: usize) -> String {
    let (name, free) = (world.name(task), and_free(world, task));
    let and = match free.strip_prefix(", and ") {
        Some(_) => "",
        None => "and ",
    };
    format!(", {and}{name} is suspended{free}")
}

/// The call that a macro stands in.
pub(super) fn macro_in(world: &World, task: usize, of: &Macro) -> String {
    let chain = world.tasks[task].calls.chain();
    let by = chain.iter().rev().find(|call| call.function == of.function);
    by.map_or(world.name(task), |call| &call.name).to_owned()
}

/// `, and main goes on, with a = 1`: of a macro whose results are the values. They are not those of the
/// future that was ready last.
pub(super) fn goes_on_with(
    world: &World,
    task: usize,
    of: &Macro,
    values: &[(String, String)],
) -> String {
    match &*with(values) {
        "" => String::new(),
        with => format!(", and {} goes on{with}", macro_in(world, task, of)),
    }
}

/// What is around a handle: a time limit.
fn waits_for(awaited: &Awaited, task: &str) -> String {
    match short(awaited) {
        class if class == awaited.what => format!("{class} of {task}"),
        text => format!("{text}, which waits for {task},"),
    }
}

/// `main’s join! at line 12`.
fn polled_by(world: &World, task: usize, awaited: &Awaited) -> String {
    let of = &awaited.of;
    let by = macro_in(world, task, of);
    if of.name.is_empty() {
        by
    } else {
        format!("{by}’s {} at line {}", of.name, of.line)
    }
}

/// A poll of a task, or of one of the futures that it awaits side by side.
pub(super) fn polls(world: &World, deed: &Deed) -> String {
    match deed {
        Deed::Poll {
            task,
            first,
            within,
            looks,
            over,
            again,
            values,
        } => {
            let name = world.name(*task);
            let thread = world.threads.named(world.tasks[*task].thread);
            if *first && *task == 0 {
                return format!("The program starts: the runtime polls {name}, which begins.");
            }
            if world.kind(*task) == TaskKind::Blocking {
                return format!("{} begins to run {name}.", capital(&thread));
            }
            let polls = if let Some(within) = within {
                format!("{} polls {name}", world.name(*within))
            } else if world.is_driven(*task)
                && world.threads.drives_elsewhere(world.tasks[*task].thread)
            {
                format!("{} polls {name}, which it drives", capital(&thread))
            } else if world.threads.has_workers {
                format!("{} polls {name}", capital(&thread))
            } else {
                format!("{} is free, so the runtime polls {name}", capital(&thread))
            };
            if *first && *again {
                return format!(
                    "{polls}, which begins. It is not ready, so it is suspended{}.",
                    and_free(world, *task)
                );
            }
            if *first {
                return format!("{polls}, which begins.");
            }
            outcome(world, *task, &polls, looks, over.as_ref(), *again, values)
        }
        Deed::Turn {
            task,
            awaited,
            looks,
            over,
            again,
            values,
        } => {
            let polls = format!(
                "{} polls {} again",
                polled_by(world, *task, awaited),
                short(awaited)
            );
            let only = matches!(&looks[..], [look] if look.awaited.site == awaited.site);
            if only && over.is_none() && !again {
                let ready = if looks[0].is_ready {
                    "ready"
                } else {
                    "not ready"
                };
                let with = goes_on_with(world, *task, &awaited.of, values);
                return format!("{polls}: it is {ready}{with}.");
            }
            if only && *again {
                return format!(
                    "{polls}: it is not ready, so {} is suspended again{}.",
                    world.name(*task),
                    and_free(world, *task)
                );
            }
            outcome(world, *task, &polls, looks, over.as_ref(), *again, values)
        }
        _ => String::new(),
    }
}

fn outcome(
    world: &World,
    task: usize,
    polls: &str,
    looks: &[Look],
    over: Option<&Awaited>,
    again: bool,
    values: &[(String, String)],
) -> String {
    let line = world.line(task);
    let goes_on = over.map(|over| goes_on(world, task, over, values));
    if let Some(last) = looks.last() {
        let seen = |is_ready: bool| -> Vec<String> {
            let of = looks.iter().filter(|look| look.is_ready == is_ready);
            of.map(|look| short(&look.awaited).to_owned()).collect()
        };
        let mut told = Vec::new();
        for (names, state) in [(seen(false), "not ready"), (seen(true), "ready")] {
            if !names.is_empty() {
                let are = if names.len() == 1 { "is" } else { "are" };
                told.push(format!("{} {are} {state}", list(&names)));
            }
        }
        let of = match &*last.awaited.of.name {
            "" => String::new(),
            name => format!(" Of its {name},"),
        };
        let so = if again {
            format!(", so it is suspended again{}", and_free(world, task))
        } else {
            String::new()
        };
        let told = told.join(" and ");
        let so = match goes_on {
            Some(goes_on) if !again => format!(". {goes_on}"),
            None if !again && !with(values).is_empty() => {
                format!(", so it goes on at line {line}{}", with(values))
            }
            _ => so,
        };
        return format!("{polls}.{of} {told}{so}.");
    }
    if again {
        return format!("{polls}. What it awaits is not ready, so it is suspended again.");
    }
    match goes_on {
        Some(goes_on) => format!("{polls}. {goes_on}."),
        None => format!("{polls}."),
    }
}

/// What was awaited and is over, and where that lets the task go on.
fn goes_on(world: &World, task: usize, over: &Awaited, values: &[(String, String)]) -> String {
    let calls = &world.tasks[task].calls;
    let line = world.line(task);
    let with = with(values);
    let why = match &*over.what {
        "sleep" => "Its sleep is over".to_owned(),
        "JoinHandle" => format!("{} has ended", handle(world, over)),
        _ => format!("{} is ready", short(over)),
    };
    match calls.chain().last() {
        // Of several that stand side by side, it is this one that goes on.
        Some(call) if calls.is_beside() => {
            let why = why.replace("Its sleep", &format!("The sleep in {}", call.name));
            format!("{why}, so {} goes on at line {line}{with}", call.name)
        }
        _ => format!("{why}, so it goes on at line {line}{with}"),
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// An `.await` is reached, or one of several futures is polled for the first time.
pub(super) fn awaits(world: &World, deed: &Deed) -> String {
    let Deed::Await {
        task,
        awaited,
        timer,
        entered,
        ready,
        pending,
        suspended,
        values,
    } = deed
    else {
        return String::new();
    };
    let who = who(world, *task);
    let name = world.name(*task);
    let line = awaited.line;
    let what = match awaited.task {
        Some(task) if awaited.what != "JoinHandle" => waits_for(awaited, world.name(task)),
        Some(task) if awaited.text.chars().count() > 32 => world.name(task).to_owned(),
        Some(task) => format!("{}, which is {},", awaited.text, world.name(task)),
        None => short(awaited).to_owned(),
    };
    let suspends = || format!("{name} is suspended{}", and_free(world, *task));
    if awaited.is_branch {
        let polls = format!("{} polls", polled_by(world, *task, awaited));
        let what = what.trim_end_matches(',');
        if let Some(call) = entered {
            let is_it = call.replace('_', "") == what.replace('_', "");
            let call = if is_it { "it" } else { call };
            return format!("{polls} {what}: {call} begins, as a part of {name}.");
        }
        if *ready {
            let with = goes_on_with(world, *task, &awaited.of, values);
            return format!("{polls} {what}: it is ready already{with}.");
        }
        let runs = match timer {
            Some(ms) => format!("a timer of {} runs, and it is not ready", seconds(*ms)),
            None => "it is not ready".to_owned(),
        };
        if *suspended {
            return format!("{polls} {what}: {runs}. So {}.", suspends());
        }
        return format!("{polls} {what}: {runs}.");
    }
    if let Some(call) = entered {
        // The call stands in the chain already; the one that awaits is the one outside of it.
        let chain = world.tasks[*task].calls.chain();
        let by = chain
            .len()
            .checked_sub(2)
            .map_or(name, |at| &chain[at].name);
        return format!("{by} awaits {what} at line {line}: {call} begins, as a part of {name}.");
    }
    if *ready {
        let has = match &*awaited.what {
            "JoinHandle" => format!("That {} has ended already", joined(world, awaited)),
            _ => "It is ready already".to_owned(),
        };
        return format!(
            "{who} awaits {what} at line {line}. {has}, so {name} goes on without being suspended{}.",
            with(values)
        );
    }
    let sleeps = match timer {
        Some(ms) if awaited.what == "sleep" => format!(
            "{who} awaits a sleep of {} at line {line}. A timer runs",
            seconds(*ms)
        ),
        Some(ms) => format!(
            "{who} awaits {what} at line {line}. Its timer of {} runs",
            seconds(*ms)
        ),
        None => format!("{who} awaits {what} at line {line}"),
    };
    if !*suspended {
        // Of several that stand side by side, another one is polled next.
        let pending = match (*pending, timer) {
            (true, Some(_)) => "; it is not ready",
            (true, None) => ". It is not ready",
            (false, _) => "",
        };
        return format!("{sleeps}{pending}.");
    }
    match (&*awaited.what, timer) {
        (_, Some(_)) => format!("{sleeps}{}.", and_suspends(world, *task)),
        ("JoinHandle", None) => {
            let what = joined(world, awaited);
            format!("{sleeps}. That {what} has not ended, so {}.", suspends())
        }
        _ => format!("{sleeps}. It is not ready, so {}.", suspends()),
    }
}

/// What a handle is of: a closure on the blocking pool is no task.
fn joined(world: &World, awaited: &Awaited) -> &'static str {
    match awaited.task.map(|task| world.kind(task)) {
        Some(TaskKind::Blocking) => "closure",
        _ => "task",
    }
}

/// A handle as it is awaited; by its task's name, where that is shorter.
fn handle<'a>(world: &'a World, awaited: &'a Awaited) -> &'a str {
    match awaited.task {
        Some(task) if awaited.text.chars().count() > 16 => world.name(task),
        _ => short(awaited),
    }
}
