//! Reading a recording, and what is wrong with one that cannot be read.

use std::fmt;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use crate::{Cause, Event, Happening, Header, Recording, Site, Task, Thread, VERSION};

/// Why a file is no recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The line, from 1; 0 where the file as a whole is meant.
    pub line: usize,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Damage {
    /// What is wrong at a line of a recording's file.
    pub fn new(line: usize, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Damage {
            line,
            expected: expected.into(),
            found: found.into(),
        }
    }

    /// Where that is, if the recording is in `file`: `file:line`, or the file alone.
    pub fn place(&self, file: &str) -> String {
        match self.line {
            0 => file.to_owned(),
            line => format!("{file}:{line}"),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl std::error::Error for Damage {}

/// Reads the recording in the file `path`.
///
/// # Errors
///
/// When there is no such file, or it is damaged, of another version, or has no end.
pub fn read(path: &Path) -> Result<Recording, Damage> {
    let text = fs::read(path).map_err(|error| Damage {
        line: 0,
        expected: "a recording".to_owned(),
        found: error.to_string(),
    })?;
    match String::from_utf8(text) {
        Ok(text) => parse(&text),
        Err(error) => {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            Err(Damage {
                line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
                expected: "text".to_owned(),
                found: "bytes that are not UTF-8".to_owned(),
            })
        }
    }
}

/// Reads a recording from its text.
///
/// # Errors
///
/// When it is damaged, of another version, or has no end. The first such line is named.
pub fn parse(text: &str) -> Result<Recording, Damage> {
    let mut lines = (1..).zip(text.lines());
    let (_, first) = lines.next().ok_or_else(|| Damage {
        line: 1,
        expected: "a recording's header".to_owned(),
        found: "an empty file".to_owned(),
    })?;
    let header = header(first)?;
    let mut recording = Recording {
        header,
        sites: Vec::new(),
        threads: Vec::new(),
        tasks: Vec::new(),
        events: Vec::new(),
    };
    let mut last = 1;
    let mut entered = 0;
    for (number, line) in lines {
        last = number;
        record(&mut recording, number, line)?;
        let Some(event) = recording.events.last() else {
            continue;
        };
        if event.call.is_some_and(|call| call >= entered) {
            return Err(Damage {
                line: number,
                expected: format!("a call below {entered}: so many have been entered"),
                found: shortened(line),
            });
        }
        entered += usize::from(matches!(event.what, Happening::Enter { .. }));
    }
    match recording.events.last() {
        Some(event) if matches!(event.what, Happening::Exit { .. }) => Ok(recording),
        _ => Err(Damage {
            line: last,
            expected: "the end of the recording, an `exit` event".to_owned(),
            found: "the end of the file".to_owned(),
        }),
    }
}

fn header(line: &str) -> Result<Header, Damage> {
    let value: Value = json(1, "a recording's header", line)?;
    match value.get("recording") {
        Some(version) if *version == VERSION => typed(1, "a recording's header", line),
        Some(version) => Err(Damage {
            line: 1,
            expected: format!("version {VERSION} of the format"),
            found: format!("version {version}"),
        }),
        None => Err(Damage {
            line: 1,
            expected: format!("a recording's header, `{{\"recording\":{VERSION},...}}`"),
            found: shortened(line),
        }),
    }
}

/// What tells the kinds of records apart: which of these a line has.
#[derive(Deserialize)]
struct Keys {
    ev: Option<IgnoredAny>,
    kind: Option<IgnoredAny>,
    site: Option<IgnoredAny>,
    r#fn: Option<IgnoredAny>,
    thread: Option<IgnoredAny>,
    task: Option<IgnoredAny>,
}

/// Adds the record in line `number`, if it is one and may stand there.
fn record(recording: &mut Recording, number: usize, line: &str) -> Result<(), Damage> {
    // Behind the tasks nearly all are events; to ask first what each is would take as long again.
    if !recording.tasks.is_empty()
        && let Ok(found) = serde_json::from_str(line)
    {
        return event(recording, found)
            .map_err(|expected| Damage::new(number, expected, shortened(line)));
    }
    let has: Keys = json(number, "a record", line)?;
    let misplaced = if has.ev.is_some() {
        event(recording, typed(number, "an event", line)?)
    } else if has.kind.is_some() && has.site.is_some() && has.r#fn.is_some() {
        site(recording, typed(number, "a site", line)?)
    } else if has.thread.is_some() {
        thread(recording, typed(number, "a thread", line)?)
    } else if has.task.is_some() {
        task(recording, typed(number, "a task", line)?)
    } else {
        Err("a site, a thread, a task or an event".to_owned())
    };
    misplaced.map_err(|expected| Damage::new(number, expected, shortened(line)))
}

/// Adds an event; else, what would be right in its place. So do the other three.
fn event(recording: &mut Recording, event: Event) -> Result<(), String> {
    let (sites, threads, tasks) = (
        recording.sites.len(),
        recording.threads.len(),
        recording.tasks.len(),
    );
    let over = recording.events.last();
    if over.is_some_and(|event| matches!(event.what, Happening::Exit { .. })) {
        return Err("nothing after the `exit` event".to_owned());
    }
    if event.what.site().is_some_and(|site| site >= sites) {
        return Err(format!("a site below {sites}"));
    }
    if event.task.is_some_and(|task| task >= tasks) {
        return Err(format!("a task below {tasks}"));
    }
    if event.thread >= threads {
        return Err(format!("a thread below {threads}"));
    }
    if let Some(task) = other_task(&event.what).filter(|task| *task >= tasks) {
        return Err(format!("a task below {tasks} in the place of {task}"));
    }
    recording.events.push(event);
    Ok(())
}

fn site(recording: &mut Recording, site: Site) -> Result<(), String> {
    if !recording.threads.is_empty() || !recording.tasks.is_empty() || !recording.events.is_empty()
    {
        return Err("no site behind the threads".to_owned());
    }
    if site.site != recording.sites.len() {
        return Err(format!("site {}", recording.sites.len()));
    }
    let first = site.any.or(site.first);
    if first.is_some_and(|first| first > site.site) {
        return Err(format!("a first branch not behind site {}", site.site));
    }
    recording.sites.push(site);
    Ok(())
}

fn thread(recording: &mut Recording, thread: Thread) -> Result<(), String> {
    if !recording.tasks.is_empty() || !recording.events.is_empty() {
        return Err("no thread behind the tasks".to_owned());
    }
    if thread.thread != recording.threads.len() {
        return Err(format!("thread {}", recording.threads.len()));
    }
    recording.threads.push(thread);
    Ok(())
}

fn task(recording: &mut Recording, task: Task) -> Result<(), String> {
    if !recording.events.is_empty() {
        return Err("no task behind the events".to_owned());
    }
    if task.by.is_some_and(|by| by >= task.task) {
        return Err(format!(
            "a task that an earlier one than {} made",
            task.task
        ));
    }
    if task.site.is_some_and(|site| site >= recording.sites.len()) {
        return Err(format!("a site below {}", recording.sites.len()));
    }
    if task.task != recording.tasks.len() {
        return Err(format!("task {}", recording.tasks.len()));
    }
    recording.tasks.push(task);
    Ok(())
}

/// The other task that an event names, if it does.
fn other_task(what: &Happening) -> Option<usize> {
    match what {
        Happening::Spawn { new, .. } => Some(*new),
        Happening::Await { joins, .. } => *joins,
        Happening::Wake {
            by: Cause::Task(by) | Cause::End(by),
        } => Some(*by),
        _ => None,
    }
}

fn json<T: DeserializeOwned>(line: usize, expected: &str, text: &str) -> Result<T, Damage> {
    serde_json::from_str(text).map_err(|_| Damage {
        line,
        expected: format!("{expected}, as JSON"),
        found: shortened(text),
    })
}

fn typed<T: DeserializeOwned>(line: usize, expected: &str, text: &str) -> Result<T, Damage> {
    serde_json::from_str(text).or_else(|_| {
        // Once more by way of a value: what is wrong with one is told without a place in the text, where
        // all is line 1.
        let value: Value = json(line, expected, text)?;
        T::deserialize(&value).map_err(|error| Damage {
            line,
            expected: expected.to_owned(),
            found: format!("{} ({error})", shortened(&value.to_string())),
        })
    })
}

fn shortened(text: &str) -> String {
    const LENGTH: usize = 80;
    if text.is_empty() {
        return "an empty line".to_owned();
    }
    let mut short: String = text.chars().take(LENGTH).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("`{short}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = r#"{"recording":1,"listing":"x","source":"src/main.rs","clock":"real","with":{},"hash":"0"}
{"site":0,"kind":"stmt","fn":"main","at":[1,1,1,2],"text":"a"}
{"thread":0,"kind":"main"}
{"task":0,"kind":"thread","name":"main"}
{"t":0,"task":0,"ev":"line","site":0}
{"t":0,"task":0,"ev":"wake","by":"self"}
{"t":0,"ev":"exit","code":0}
"#;

    fn told(from: &str, to: &str) -> String {
        let damaged = RUN.replacen(from, to, 1);
        parse(&damaged).unwrap_err().to_string()
    }

    #[test]
    fn what_is_written_is_read() {
        let run = parse(RUN).unwrap();
        assert_eq!(crate::to_text(&run), RUN);
    }

    #[test]
    fn damage_is_told_with_its_line() {
        assert_eq!(
            told("\"ev\":\"line\"", "\"ev\":\"lin"),
            "line 5: expected a record, as JSON, found `{\"t\":0,\"task\":0,\"ev\":\"lin,\"site\":0}`"
        );
        assert!(
            told("\"ev\":\"line\"", "\"ev\":\"lane\"")
                .starts_with("line 5: expected an event, found")
        );
        assert_eq!(
            told("\"site\":0}", "\"site\":7}"),
            "line 5: expected a site below 1, found `{\"t\":0,\"task\":0,\"ev\":\"line\",\"site\":7}`"
        );
        assert!(
            told("\"task\":0,\"ev\"", "\"task\":3,\"ev\"")
                .starts_with("line 5: expected a task below 1")
        );
        assert_eq!(
            told(
                "{\"t\":0,\"task\":0,\"ev\":\"wake\"",
                "\n{\"t\":0,\"task\":0,\"ev\":\"wake\""
            ),
            "line 6: expected a record, as JSON, found an empty line"
        );
    }

    #[test]
    fn what_names_nothing_is_damage() {
        for (from, to, expected) in [
            (
                "\"by\":\"self\"",
                "\"by\":{\"end\":7}",
                "line 6: expected a task below 1 in the place of 7",
            ),
            (
                "\"by\":\"self\"",
                "\"by\":{\"task\":1}",
                "line 6: expected a task below 1 in the place of 1",
            ),
            (
                "\"ev\":\"line\",\"site\":0",
                "\"ev\":\"spawn\",\"new\":2",
                "line 5: expected a task below 1 in the place of 2",
            ),
            (
                "\"ev\":\"line\",\"site\":0",
                "\"ev\":\"await\",\"site\":0,\"what\":\"x\",\"joins\":3",
                "line 5: expected a task below 1 in the place of 3",
            ),
            (
                "\"t\":0,\"task\":0,\"ev\":\"line\"",
                "\"t\":0,\"on\":4,\"task\":0,\"ev\":\"line\"",
                "line 5: expected a thread below 1",
            ),
            (
                "\"task\":0,\"ev\":\"line\"",
                "\"task\":0,\"call\":0,\"ev\":\"line\"",
                "line 5: expected a call below 0",
            ),
            (
                "\"name\":\"main\"",
                "\"name\":\"main\",\"by\":0",
                "line 4: expected a task that an earlier one than 0 made",
            ),
            (
                "\"name\":\"main\"",
                "\"name\":\"main\",\"site\":9",
                "line 4: expected a site below 1",
            ),
        ] {
            let told = told(from, to);
            assert!(told.starts_with(expected), "{told}");
        }
    }

    #[test]
    fn the_kinds_of_lines_keep_their_order() {
        let lines: Vec<&str> = RUN.lines().collect();
        for (from, to, expected) in [
            (1, 2, "line 3: expected no site behind the threads"),
            (2, 3, "line 4: expected no thread behind the tasks"),
        ] {
            let mut lines = lines.clone();
            lines.swap(from, to);
            let told = parse(&lines.join("\n")).unwrap_err().to_string();
            assert!(told.starts_with(expected), "{told}");
        }
        let mut late = lines.clone();
        late.insert(6, r#"{"task":1,"kind":"task","name":"late"}"#);
        let told = parse(&late.join("\n")).unwrap_err().to_string();
        assert!(
            told.starts_with("line 7: expected no task behind the events"),
            "{told}"
        );
    }

    #[test]
    fn another_version_no_header_no_end_no_file() {
        assert_eq!(
            told("\"recording\":1", "\"recording\":9"),
            "line 1: expected version 1 of the format, found version 9"
        );
        assert!(told("\"recording\":1,", "").starts_with("line 1: expected a recording's header"));
        assert_eq!(
            told("{\"t\":0,\"ev\":\"exit\",\"code\":0}\n", ""),
            "line 6: expected the end of the recording, an `exit` event, found the end of the file"
        );
        assert_eq!(
            parse("").unwrap_err().to_string(),
            "line 1: expected a recording's header, found an empty file"
        );
        assert!(
            read(Path::new("no/such/file"))
                .unwrap_err()
                .to_string()
                .starts_with("expected a recording, found")
        );
    }
}
