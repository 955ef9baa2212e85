//! The raw log: a line a record, `nanoseconds <tab> thread <tab> lateness <tab> clock <tab> kind
//! <tab> fields...`, written at once, so that nothing is lost however the program ends.

use std::cell::Cell;
use std::collections::HashMap;
use std::env;
use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use crate::clock;

/// Records kept at one place of the source; the rest is counted.
const PER_SITE: u64 = 300;
/// Records kept altogether.
const ALTOGETHER: u64 = 100_000;

struct Log {
    file: File,
    start: Instant,
    written: u64,
    sites: HashMap<u32, u64>,
}

static LOG: OnceLock<Mutex<Log>> = OnceLock::new();

/// Makes the file that `RECORDER_LOG` names; `false` if it names none, or one that is there.
pub(crate) fn open() -> bool {
    let Some(path) = env::var_os("RECORDER_LOG") else {
        return false;
    };
    // A program that starts itself again finds the file there: only the first one is recorded.
    let Ok(file) = File::options().write(true).create_new(true).open(path) else {
        return false;
    };
    let log = Log {
        file,
        start: Instant::now(),
        written: 0,
        sites: HashMap::new(),
    };
    LOG.set(Mutex::new(log)).is_ok()
}

/// The statement at `site` begins.
pub fn line(site: u32) {
    at(site, 'l', &[]);
}

/// A record that belongs to no place of the source.
pub(crate) fn write(kind: char, fields: &[&dyn std::fmt::Display]) {
    let Some(log) = LOG.get() else { return };
    apart(|| {
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        log.write(kind, None, fields);
    });
}

/// A record that belongs to a place of the source, while that place has not had too many.
pub(crate) fn at(site: u32, kind: char, fields: &[&dyn std::fmt::Display]) {
    let Some(log) = LOG.get() else { return };
    apart(|| {
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        let count = log.sites.entry(site).or_default();
        *count += 1;
        let count = *count;
        if count <= PER_SITE {
            log.write(kind, Some(site), fields);
        } else if (count - 1).is_multiple_of(PER_SITE) && (count / PER_SITE).is_power_of_two() {
            // The end of the program may never be seen, so the count is told while it grows.
            log.write('m', Some(site), &[&(count - PER_SITE)]);
        }
    });
}

impl Log {
    fn write(&mut self, kind: char, site: Option<u32>, fields: &[&dyn std::fmt::Display]) {
        self.written += 1;
        if self.written > ALTOGETHER {
            if self.written == ALTOGETHER + 1 {
                let _ = self.file.write_all(b"0\t0\t0\t-\t!\n");
            }
            return;
        }
        let (nanos, thread) = (self.start.elapsed().as_nanos(), thread());
        let late = lateness() + HELD_UP.try_with(Cell::get).unwrap_or(0);
        let clock = clock::since(self.start);
        let mut text = format!("{nanos}\t{thread}\t{late}\t{clock}\t{kind}");
        if let Some(site) = site {
            text.push_str(&format!("\t{site}"));
        }
        for field in fields {
            text.push('\t');
            for character in field.to_string().chars() {
                match character {
                    '\t' => text.push_str("\\t"),
                    '\n' => text.push_str("\\n"),
                    '\r' => text.push_str("\\r"),
                    '\\' => text.push_str("\\\\"),
                    other => text.push(other),
                }
            }
        }
        text.push('\n');
        let _ = self.file.write_all(text.as_bytes());
    }
}

thread_local! {
    /// How long this thread has been held up by what is written here, in nanoseconds.
    static HELD_UP: Cell<u64> = const { Cell::new(0) };
}

/// Runs what locks and writes the log: how long that takes is no time of the program's.
fn apart(write: impl FnOnce()) {
    let (begin, late) = (Instant::now(), lateness());
    write();
    let held_up = u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX);
    // What is short is no gap anyway.
    if held_up > 1_000_000 {
        let held_up = held_up.saturating_sub(lateness().saturating_sub(late));
        let _ = HELD_UP.try_with(|before| before.set(before.get() + held_up));
    }
}

/// A small number for the thread that calls, in the order in which threads first do.
pub(crate) fn thread() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    thread_local!(static NUMBER: Cell<u32> = const { Cell::new(0) });
    NUMBER
        .try_with(|number| {
            if number.get() == 0 {
                number.set(NEXT.fetch_add(1, Ordering::Relaxed));
            }
            number.get()
        })
        .unwrap_or(0)
}

/// How long this thread has waited for a processor in all its life, in nanoseconds, where the
/// system tells: time in which nothing happens because the machine is busy with something else.
fn lateness() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let waited = told.split_whitespace().nth(1);
    waited.and_then(|waited| waited.parse().ok()).unwrap_or(0)
}
