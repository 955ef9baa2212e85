//! The names that links use for steps: made of what happens, so that they outlive a new recording.

use super::places::short;
use crate::steps::deed::Deed;
use crate::steps::world::World;
use recording::End;

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

/// The name that links use for a step, and whether it counts from the first.
pub(crate) fn id(world: &World, deed: &Deed) -> (String, bool) {
    let name = |task: usize| slug(&world.id_name(task));
    match deed {
        Deed::Start { task } => (format!("{}-begins", name(*task)), false),
        Deed::Line { line, .. } => (format!("line-{line}"), false),
        Deed::Poll { task, .. } => (format!("{}-polled", name(*task)), true),
        Deed::Turn { task, awaited, .. } => (
            format!("{}-polls-{}", name(*task), slug(short(awaited))),
            true,
        ),
        Deed::Spawn { new, .. } => (format!("{}-spawned", name(*new)), false),
        Deed::Out { text, .. } => (format!("prints-{}", slug(text)), false),
        Deed::Await {
            task,
            suspended: true,
            ..
        }
        | Deed::SetTimer {
            task,
            suspended: true,
            ..
        }
        | Deed::Suspend { task } => (format!("{}-suspends", name(*task)), true),
        Deed::SetTimer { task, .. } => (format!("{}-sets-timer", name(*task)), true),
        Deed::Await {
            entered: Some(call),
            ..
        } => (format!("{}-begins", slug(call)), false),
        Deed::Await { task, awaited, .. } => (
            format!("{}-awaits-{}", name(*task), slug(short(awaited))),
            false,
        ),
        Deed::Over { task, awaited, .. } => (
            format!("{}-has-{}", name(*task), slug(short(awaited))),
            false,
        ),
        Deed::GiveUp { what, .. } => {
            let first = what.first().map_or("", |(text, _)| text);
            (format!("{}-given-up", slug(first)), false)
        }
        Deed::Call { name, .. } => (format!("{}-begins", slug(name)), false),
        Deed::Return { name, .. } => (format!("{}-returns", slug(name)), false),
        Deed::Panic { task, .. } => (format!("{}-panic", name(*task)), false),
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
        Deed::Busy { .. } => ("time-passes".to_owned(), true),
        Deed::Block { .. } => ("thread-blocked".to_owned(), true),
        Deed::Unblock { .. } => ("thread-unblocked".to_owned(), true),
        Deed::More { line, .. } => (format!("more-of-line-{line}"), false),
        Deed::Exit { .. } => ("exit".to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_moment_by_what_happens() {
        assert_eq!(slug("fetch_data(1)"), "fetch-data-1");
        assert_eq!(slug("Do something with 1...\n"), "do-something-with-1");
        assert_eq!(slug(&"word ".repeat(20)).len(), 39);
    }
}
