//! The programs, recorded once for all tests, and what is asked of their recordings.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use recorder::{Options, Recorded, is_deterministic, record, spawns_and_timers};
use recording::{Cause, Clock, End, Event, Happening, How, Recording, SiteKind};

use crate::consistent::consistent;

/// A program that was recorded.
pub struct Run {
    pub name: String,
    pub recorded: Recorded,
}

/// The folder whose packages are recorded together.
fn packages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/constructs");
    let entries = fs::read_dir(&folder).expect("the programs stand there");
    let mut packages: Vec<_> = entries
        .map(|entry| entry.expect("a folder").path())
        .collect();
    packages.sort();
    packages
}

fn record_all() -> Vec<Run> {
    let options = Options {
        witness: true,
        ..Options::new()
    };
    let packages = packages();
    let results = record(&packages, &options);
    let runs = packages.iter().zip(results).map(|(package, result)| Run {
        name: package
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        recorded: result.unwrap_or_else(|problem| panic!("{problem}")),
    });
    runs.collect()
}

/// All programs, recorded once.
pub fn all() -> &'static [Run] {
    static ALL: OnceLock<Vec<Run>> = OnceLock::new();
    ALL.get_or_init(record_all)
}

/// The program in the package `name`.
pub fn run(name: &str) -> &'static Run {
    all()
        .iter()
        .find(|run| run.name == name)
        .unwrap_or_else(|| panic!("there is no program `{name}`"))
}

/// What happens in words. On a paused clock, with the time before it: there it is exact.
pub fn told(recording: &Recording) -> Vec<String> {
    let mut measured = 0;
    let events = recording.events.iter();
    let told = events.map(|event| {
        measured += event.measured;
        at_its_time(
            recording,
            event.t - measured,
            &recording::describe(recording, event),
        )
    });
    told.collect()
}

fn at_its_time(recording: &Recording, t: u64, told: &str) -> String {
    match recording.header.clock {
        Clock::Paused => format!("{t} {told}"),
        Clock::Real => told.to_owned(),
    }
}

impl Run {
    pub fn recording(&self) -> &Recording {
        &self.recorded.recording
    }

    /// What the program has printed, as it is recorded: the same that it has printed.
    pub fn prints(&self, text: &str) {
        assert_eq!(self.recording().stdout(), text);
        assert_eq!(String::from_utf8_lossy(&self.recorded.stdout), text);
    }

    /// All these happen, in this order; other things may happen between them.
    pub fn tells(&self, expected: &[&str]) {
        let told = told(self.recording());
        let mut rest = told.iter();
        for line in expected {
            assert!(
                rest.any(|known| known == line),
                "{}: not told there: {line}\n{}",
                self.name,
                told.join("\n")
            );
        }
    }

    /// How often something happens, at any time.
    pub fn count(&self, what: &str) -> usize {
        let events = self.recording().events.iter();
        let told = events.map(|event| recording::describe(self.recording(), event));
        told.filter(|told| told == what).count()
    }

    /// What happens at the places whose text is `text`, of one kind, as `time event`.
    pub fn at(&self, kind: SiteKind, text: &str) -> Vec<String> {
        let mut measured = 0;
        let events = self.recording().events.iter();
        let here = events.filter_map(|event| {
            measured += event.measured;
            let site = &self.recording().sites[event.what.site()?];
            let here = site.kind == kind && site.text == text;
            here.then(|| at_its_time(self.recording(), event.t - measured, &name(event)))
        });
        here.collect()
    }

    /// Why a task was woken, in order.
    pub fn causes(&self, task: usize) -> Vec<Cause> {
        let events = self.recording().events.iter();
        let wakes = events.filter_map(|event| match event.what {
            Happening::Wake { by } if event.task == Some(task) => Some(by),
            _ => None,
        });
        wakes.collect()
    }

    /// How the tasks have ended, in order.
    pub fn ends(&self) -> Vec<(usize, End)> {
        let events = self.recording().events.iter();
        let ends = events.filter_map(|event| match event.what {
            Happening::End { how } => Some((event.task?, how)),
            _ => None,
        });
        ends.collect()
    }

    /// The names of the tasks.
    pub fn tasks(&self) -> Vec<&str> {
        let tasks = self.recording().tasks.iter();
        tasks.map(|task| &*task.name).collect()
    }
}

fn name(event: &Event) -> String {
    match &event.what {
        Happening::Await { what, .. } => format!("await {what}"),
        Happening::Leave { how, .. } => match how {
            How::Done => "done".to_owned(),
            How::Panicked => "panicked".to_owned(),
            How::Dropped => "dropped".to_owned(),
        },
        Happening::Enter { .. } => "enter".to_owned(),
        Happening::Line { .. } => "line".to_owned(),
        Happening::Pending { .. } => "pending".to_owned(),
        Happening::Resume { .. } => "resume".to_owned(),
        Happening::Ready { .. } => "ready".to_owned(),
        Happening::Cancel { .. } => "cancel".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_recording_is_consistent_and_can_be_read_again() {
    for run in all() {
        let recording = run.recording();
        consistent(recording);
        let text = recording::to_text(recording);
        assert_eq!(recording::parse(&text).as_ref(), Ok(recording));
    }
}

#[test]
fn nothing_is_left_alone() {
    for run in all() {
        assert_eq!(run.recorded.left_alone, [] as [&str; 0], "{}", run.name);
    }
}

/// Tokio tells the same of the program with nothing inserted.
#[test]
fn what_is_inserted_changes_no_order() {
    for run in all() {
        let clean = run
            .recorded
            .witness
            .as_ref()
            .expect("a witness was asked for");
        let settle = |told: &[String]| match is_deterministic(run.recording()) {
            true => told.to_vec(),
            false => spawns_and_timers(told, true),
        };
        assert_eq!(settle(clean), settle(&run.recorded.runtime), "{}", run.name);
    }
}

/// On one thread. Of several, it is the machine that says whether a task has to wait for another.
#[test]
fn recorded_again_they_mean_the_same() {
    let runs = all().iter().zip(record_all());
    for (run, again) in runs.filter(|(run, _)| run.recording().threads.len() == 1) {
        let difference = recording::difference(run.recording(), again.recording());
        assert_eq!(difference, None, "{}", run.name);
    }
}
