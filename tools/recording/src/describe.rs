//! An event in words, for messages and tests.

use crate::{Cause, End, Event, Happening, How, Recording};

/// An event in words: `fetch_data(1) is woken by timer 0`.
pub fn describe(recording: &Recording, event: &Event) -> String {
    let who = event
        .task
        .map_or_else(|| "the runtime".to_owned(), |by| task(recording, by));
    let told = told(recording, &who, &event.what);
    match event.call {
        Some(call) => format!("{told}, in call {call}"),
        None => told,
    }
}

/// What `who` does.
fn told(recording: &Recording, who: &str, what: &Happening) -> String {
    use Happening::*;
    let task = |number: usize| task(recording, number);
    let site = |number: usize| recording.sites.get(number);
    let function = |number: usize| site(number).map_or("", |site| &site.function);
    let line = |number: usize| {
        site(number).map_or_else(String::new, |site| format!("line {}", site.at[0]))
    };
    match what {
        Poll => format!("{who} is polled"),
        Polled { ready: true } => format!("{who}'s poll is ready"),
        Polled { ready: false } => format!("{who}'s poll is pending"),
        Spawn { new, .. } => format!("{who} spawns {}", task(*new)),
        End { how } => format!("{who} {}", ended(*how)),
        Wake { by } => format!("{who} is woken by {}", cause(*by, task)),
        Enter { site, args } => {
            let args: Vec<_> = args
                .iter()
                .map(|(name, value)| format!("{name} = {value}"))
                .collect();
            format!("{who} enters {}({})", function(*site), args.join(", "))
        }
        Leave { site, how } => format!("{who} leaves {}: {}", function(*site), left(*how)),
        Line { site } => format!("{who} is at {}", line(*site)),
        Value { name, value, .. } => format!("{who} has {name} = {value}"),
        Await { site, what, .. } => format!("{who} awaits {what} at {}", line(*site)),
        Pending { site } => format!("{who} finds the await at {} pending", line(*site)),
        Resume { site } => format!("{who} resumes the await at {}", line(*site)),
        Ready { site } => format!("{who} finds the await at {} ready", line(*site)),
        Cancel { site } => format!("{who} gives up the await at {}", line(*site)),
        Timer { timer, ms } => format!("{who} arms timer {timer}, due in {ms} ms"),
        Fire { timer } => format!("timer {timer} fires"),
        Block { site, ms: Some(ms) } => {
            format!("{who} holds its thread for {ms} ms at {}", line(*site))
        }
        Block { site, ms: None } => format!("{who} holds its thread at {}", line(*site)),
        Unblock { .. } => format!("{who} lets its thread go on"),
        Out { fd: 1, text, .. } => format!("{who} prints {text:?}"),
        Out { text, .. } => format!("{who} prints {text:?} on stderr"),
        Panic { text, .. } => format!("{who} panics: {text:?}"),
        More { site, .. } => format!("more happens at {} than is kept", line(*site)),
        Exit { cut: Some(cut), .. } => format!("the recording is cut off: {cut}"),
        Exit { code, differs, .. } => {
            let end = match code {
                Some(code) => format!("the program ends with exit code {code}"),
                None => "the program is ended by a signal".to_owned(),
            };
            match &differs[..] {
                [] => end,
                differs => format!(
                    "{end}; with nothing inserted, another {}",
                    differs.join(", ")
                ),
            }
        }
    }
}

fn ended(how: End) -> &'static str {
    match how {
        End::Done => "ends",
        End::Panicked => "panics",
        End::Cancelled => "is cancelled",
        End::Dropped => "is dropped with its runtime",
    }
}

fn left(how: How) -> &'static str {
    match how {
        How::Done => "it returns",
        How::Dropped => "it is dropped while it waits",
        How::Panicked => "it panics",
    }
}

/// A task by its name.
fn task(recording: &Recording, number: usize) -> String {
    let known = recording.tasks.get(number);
    known.map_or_else(|| format!("task {number}"), |task| task.name.clone())
}

fn cause(by: Cause, task: impl Fn(usize) -> String) -> String {
    match by {
        Cause::Timer(timer) => format!("timer {timer}"),
        Cause::Task(by) => task(by),
        Cause::End(by) => format!("the end of {}", task(by)),
        Cause::Io => "I/O".to_owned(),
        Cause::Itself => "itself".to_owned(),
        Cause::Unknown => "something unknown".to_owned(),
    }
}
