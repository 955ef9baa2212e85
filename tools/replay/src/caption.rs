//! The words of a run: what a step says, and the name that links use for it.
//!
//! What stands on several threads is told in the order of one run: nothing here says that one thing
//! comes of another unless the recording names it as the cause.

mod awaits;
mod ends;
mod ids;
mod places;
mod words;

pub(crate) use ids::id;
pub use ids::slug;
pub(crate) use places::{branch_place, place, short};
pub(crate) use words::who_now;
pub use words::{moment, seconds};

use crate::steps::State;
use crate::steps::calls::Call;
use crate::steps::deed::Deed;
use crate::steps::world::World;
use recording::{Cause, TaskKind};
use words::{clipped, is_worth_a_word, list, others, who, with};

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

/// What a step says.
pub(crate) fn caption(world: &World, deed: &Deed) -> String {
    match deed {
        Deed::Start { task } => format!("{} begins, a thread of its own.", world.name(*task)),
        Deed::Line {
            task,
            line: at,
            values,
        } => line(world, *task, *at, values),
        Deed::Poll { .. } | Deed::Turn { .. } => awaits::polls(world, deed),
        Deed::Spawn { task, new } => spawns(world, *task, *new),
        Deed::Out { task, fd, text } => {
            let to = if *fd == 2 { " to stderr" } else { "" };
            format!("{} prints “{}”{to}.", who(world, *task), clipped(text))
        }
        Deed::SetTimer {
            task,
            ms,
            by,
            suspended,
        } => {
            let by = match by {
                Some(by) => format!("{}’s {by}", world.name(*task)),
                None => who(world, *task),
            };
            let sets = format!("{by} sets a timer of {}", seconds(*ms));
            if *suspended {
                format!("{sets}. It runs{}.", awaits::and_suspends(world, *task))
            } else {
                format!("{sets}; it runs from now on.")
            }
        }
        Deed::Await { .. } => awaits::awaits(world, deed),
        Deed::Over {
            task,
            awaited,
            values,
        } => format!(
            "{} is ready, so {} goes on at line {}{}.",
            awaits::subject(awaited),
            who(world, *task),
            world.line(*task),
            with(values)
        ),
        Deed::Suspend { task } => format!(
            "{} is suspended{}.",
            world.name(*task),
            awaits::and_free(world, *task)
        ),
        Deed::GiveUp { task, what, of, .. } => ends::gives_up(world, *task, what, of.as_ref()),
        Deed::Call {
            task,
            name,
            is_root,
        } => match &world.tasks[*task].calls.chain()[..] {
            _ if world.tasks[*task].state != Some(State::Running) => {
                format!("{} is dropped, so {name} begins.", world.name(*task))
            }
            _ if name == world.name(*task)
                && world.kind(*task) == TaskKind::Thread
                && *task != 0 =>
            {
                format!("{name} begins, on a thread of its own.")
            }
            [_, .., _] if world.tasks[*task].calls.polled_by().is_some() => {
                format!("{name} begins, as a part of {}.", world.name(*task))
            }
            [.., outer, call] => {
                format!("{} {} {name}, which begins.", outer.name, verb(world, call))
            }
            _ if *task == 0 && *is_root => format!("The program starts: {name} begins."),
            [call] if !world.is_polled(*task) && *task != 0 => {
                let verb = verb(world, call);
                format!(
                    "{}, a closure, {verb} {name}, which begins.",
                    world.name(*task)
                )
            }
            _ => format!("{} calls {name}, which begins.", world.name(*task)),
        },
        Deed::Return {
            task,
            name,
            ready,
            within,
            values,
        } => match ready {
            Some((branch, rest)) if branch.is_branch => {
                ends::returns_to(world, *task, name, branch, rest, values)
            }
            _ => ends::returns(
                world,
                *task,
                name,
                within.as_ref().filter(|_| ready.is_none()),
                values,
            ),
        },
        Deed::Panic { task, text, line } => {
            let at = line.map_or(String::new(), |line| format!(" at line {line}"));
            format!("{} panics{at}: “{}”.", who(world, *task), clipped(text))
        }
        Deed::End {
            task,
            how,
            woken,
            exit,
        } => ends::ends(world, *task, *how, woken, *exit),
        Deed::Fire {
            timer,
            woken,
            after,
        } => fires(world, *timer, woken, *after),
        Deed::Wake {
            task,
            by,
            during,
            aborts,
        } => match by {
            Cause::Task(by) if *aborts => format!(
                "{} aborts {}, which is to be dropped.",
                world.name(*by),
                world.name(*task)
            ),
            _ => wakes(world, *task, *by, *during),
        },
        Deed::Idle { next } => idles(world, *next),
        Deed::Busy { tasks, ms, waits } => keeps(world, tasks, *ms, *waits),
        Deed::Block { task, ms, what } => blocks(world, *task, *ms, what),
        Deed::Unblock {
            task,
            ms,
            what,
            kept,
        } => unblocks(world, *task, *ms, what, kept),
        Deed::More {
            count,
            line,
            are_tasks: true,
        } => {
            format!(
                "From here on what line {line} starts is not recorded any more: at least {count} tasks are left out, with all that they do."
            )
        }
        Deed::More { count, line, .. } => {
            format!(
                "From here on line {line} is not recorded any more: at least {count} events there are left out."
            )
        }
        Deed::Exit { code, cut, differs } => ends::exits(world, *code, cut.as_ref(), differs),
    }
}

fn line(world: &World, task: usize, line: usize, values: &[(String, String)]) -> String {
    let who = who(world, task);
    let told: Vec<_> = values
        .iter()
        .filter(|(_, shown)| is_worth_a_word(shown))
        .map(|(name, shown)| format!("{name} is {shown}"))
        .collect();
    match values {
        [(name, shown)] if shown.starts_with("future of ") => {
            format!("{who} runs line {line}: {name} is a {shown}. Nothing of it has run.")
        }
        [] if world.tasks[task].is_waiting => {
            format!("{who} comes to line {line}, where a call blocks its thread.")
        }
        [] => format!("{who} comes to line {line}."),
        _ if !told.is_empty() => format!("{who} runs line {line}: {}.", list(&told)),
        _ => {
            let names: Vec<_> = values.iter().map(|(name, _)| name.clone()).collect();
            format!("{who} runs line {line}, which sets {}.", list(&names))
        }
    }
}

/// How a call begins: an async function runs nothing when it is called, but when it is polled.
fn verb(world: &World, call: &Call) -> &'static str {
    let is_async = world.site(call.site).text.split('(').next();
    let is_async = is_async.is_some_and(|head| head.split(' ').any(|word| word == "async"));
    if is_async { "polls" } else { "calls" }
}

fn spawns(world: &World, task: usize, new: usize) -> String {
    let (who, name, new_name) = (who(world, task), world.name(task), world.name(new));
    let thread = world.threads.named(world.tasks[task].thread);
    match world.kind(new) {
        _ if world.tasks[new].has_failed => {
            format!("{who} tries in vain to have a runtime run {new_name}.")
        }
        TaskKind::BlockOn => {
            format!("{who} hands {new_name} to the runtime, which drives it on this thread.")
        }
        TaskKind::Blocking => {
            let what = if new_name == format!("{name}’s closure") {
                "a closure"
            } else {
                new_name
            };
            format!("{who} gives {what} to the blocking pool, whose threads run beside the tasks.")
        }
        TaskKind::Thread if new_name == format!("{name}’s thread") => {
            format!("{who} starts a thread.")
        }
        TaskKind::Thread => format!("{who} starts {new_name}, a thread of its own."),
        TaskKind::Task if world.threads.has_workers || !world.is_polled(task) => {
            format!("{who} spawns {new_name}, a new task. It is ready to be polled.")
        }
        TaskKind::Task => format!(
            "{who} spawns {new_name}, a new task. It is ready, but {name} still has {thread}."
        ),
    }
}

fn fires(world: &World, timer: usize, woken: &[usize], after: u64) -> String {
    let whose = world.timers.get(&timer).map_or(0, |timer| timer.task);
    let name = world.name(whose);
    let fired = format!("{name}’s timer of {} fires", seconds(after));
    if woken.is_empty() {
        return if world.threads.are_several() {
            format!("{fired}.")
        } else {
            format!("{fired}. It wakes nobody.")
        };
    }
    if woken == [whose] {
        let meanwhile = if world.threads.has_workers {
            String::new()
        } else {
            others(world, State::Suspended, whose)
        };
        return format!("{fired}, so it is ready{meanwhile}.");
    }
    format!("{fired}, so {} ready.", words::are(world, woken))
}

fn wakes(world: &World, task: usize, by: Cause, during: Option<usize>) -> String {
    let name = world.name(task);
    let why = match by {
        Cause::Timer(_) => "Its timer has fired".to_owned(),
        Cause::Task(by) => {
            let calls = &world.tasks[task].calls;
            let awaited = calls.awaits().filter(|_| calls.forks().is_empty());
            let which = awaited.map_or(",".to_owned(), |awaited| {
                format!(", which awaits {},", places::short(awaited))
            });
            return format!("{} wakes {name}{which} so it is ready.", world.name(by));
        }
        Cause::End(by) => format!("{} has ended", world.name(by)),
        Cause::Io => "What it waits for has come from outside".to_owned(),
        Cause::Itself => return format!("{name} has woken itself, so it is ready again."),
        Cause::Unknown => {
            return match during {
                Some(by) => format!("{} wakes {name}, so it is ready.", world.name(by)),
                None => format!("{name} is woken, so it is ready."),
            };
        }
    };
    format!("{why}, so {name} is ready.")
}

fn idles(world: &World, next: Option<(usize, u64)>) -> String {
    let sleeps = match (world.threads.are_several(), world.threads.has_workers) {
        (false, _) => "The thread sleeps",
        (true, false) => "The runtime’s thread sleeps",
        (true, true) => "The runtime’s threads sleep",
    };
    match next {
        Some((task, left)) if world.is_paused() => format!(
            "No task is ready, so the paused clock jumps to the next timer: {}’s, {} on.",
            world.name(task),
            seconds(left)
        ),
        Some((task, left)) => format!(
            "No task is ready. {sleeps} until the next timer fires: {}’s, in {}.",
            world.name(task),
            seconds(left)
        ),
        None => format!("No task is ready. {sleeps} until something wakes a task."),
    }
}

fn keeps(world: &World, tasks: &[usize], ms: u64, waits: bool) -> String {
    match tasks {
        [task] if world.is_paused() => {
            format!(
                "{} moves the clock on by {}.",
                who(world, *task),
                seconds(ms)
            )
        }
        [task] if !world.threads.are_several() => {
            let (does, others) = (
                if waits { "waits in a call" } else { "computes" },
                others(world, State::Ready, *task),
            );
            format!(
                "{} {does} for {} and keeps the thread{others}.",
                who(world, *task),
                seconds(ms),
            )
        }
        [] => format!("{} passes.", seconds(ms)),
        _ => {
            let names: Vec<_> = tasks.iter().map(|task| who(world, *task)).collect();
            let verb = if names.len() == 1 { "keeps" } else { "keep" };
            let threads: Vec<_> = tasks
                .iter()
                .map(|task| world.threads.named(world.tasks[*task].thread))
                .collect();
            format!(
                "{} {verb} {} for {}.",
                list(&names),
                list(&threads),
                seconds(ms)
            )
        }
    }
}

fn blocks(world: &World, task: usize, ms: Option<u64>, what: &str) -> String {
    let who = who(world, task);
    let long = ms.map_or(String::new(), |ms| format!(" for {}", seconds(ms)));
    let thread = world.threads.named(world.tasks[task].thread);
    if what.ends_with("block_in_place") {
        return format!("{who} calls {what}: until it returns, {thread} polls no other task.");
    }
    if world.kind(task) == TaskKind::Thread && world.threads.are_several() {
        return format!("{who} calls {what}, which blocks this thread{long}.");
    }
    let blocks = format!("{who} calls {what}, which blocks {thread}{long}");
    if world.kind(task) == TaskKind::Blocking {
        return format!("{blocks}; no task is polled there.");
    }
    if world.threads.has_workers {
        return format!("{blocks}.");
    }
    let others = others(world, State::Ready, task);
    if others.is_empty() && !world.threads.are_several() {
        format!("{blocks}: nothing else can run.")
    } else {
        format!("{blocks}{others}.")
    }
}

fn unblocks(world: &World, task: usize, ms: u64, what: &str, kept: &[usize]) -> String {
    let chain = world.tasks[task].calls.chain();
    let name = chain.last().map_or(world.name(task), |call| &call.name);
    let goes_on = match world.line(task) {
        0 => format!("{name} goes on"),
        line => format!("{name} goes on at line {line}"),
    };
    let back = format!("{what} returns after {}, so {goes_on}", seconds(ms));
    if kept.is_empty() || !world.threads.has_workers {
        return format!("{back}.");
    }
    let names: Vec<_> = kept
        .iter()
        .map(|task| world.name(*task).to_owned())
        .collect();
    let (was, it) = match names.len() {
        1 => ("was", "it"),
        _ => ("were", "them"),
    };
    format!(
        "{back}. {} {was} ready all that time, and in this run no thread polled {it}.",
        list(&names)
    )
}
