//! The raw log: a line a record, `nanoseconds <tab> thread <tab> lateness <tab> time run <tab>
//! clock <tab> kind <tab> fields...`, written at once, so that nothing is lost however the program ends.
//! A kind is a letter; what each stands for, and its fields, is in the recorder's `raw.rs`, which reads
//! them.

use std::cell::Cell;
use std::env;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::Write as _;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use crate::clock;

/// Records kept at one place of the source; the rest is counted.
const PER_SITE: u64 = 300;
/// Records kept altogether.
const ALTOGETHER: u64 = 10_000;
/// What is kept altogether, in bytes.
const BYTES: usize = 4 << 20;
/// The longest text that is kept, in characters.
const LONGEST: usize = 10_000;
/// The places of the source that are counted each for itself.
const SITES: usize = 1 << 16;

struct Log {
    file: File,
    start: Instant,
    written: u64,
    bytes: usize,
}

/// How many records a place has had: of those that are kept, and of those that are not.
struct Counts {
    kept: AtomicU64,
    left_out: AtomicU64,
}

/// Apart from the log: a loop of a hundred million turns must not wait for a lock in each.
static COUNTS: [Counts; SITES] = [const {
    Counts {
        kept: AtomicU64::new(0),
        left_out: AtomicU64::new(0),
    }
}; SITES];

thread_local! {
    /// Whether this thread is in a task that is counted and not recorded.
    static UNSEEN: Cell<bool> = const { Cell::new(false) };
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
        bytes: 0,
    };
    LOG.set(Mutex::new(log)).is_ok()
}

/// The statement at `site` begins.
pub fn line(site: u32) {
    at(site, 'l', &[]);
}

/// From now on this thread is in a task that is not recorded, or is not.
pub(crate) fn unseen(unseen: bool) {
    let _ = UNSEEN.try_with(|cell| cell.set(unseen));
}

/// Whether this thread is in a task that is not recorded.
pub(crate) fn is_unseen() -> bool {
    UNSEEN.try_with(Cell::get).unwrap_or(false)
}

/// A record that belongs to no place of the source. Of a task that is not recorded, only that it
/// wakes another is of use.
pub(crate) fn write(kind: char, fields: &[&dyn fmt::Display]) {
    if let Some(log) = LOG.get()
        && (kind == 'W' || kind == 'M' || !is_unseen())
    {
        put(log, kind, None, fields);
    }
}

/// A record that belongs to a place of the source, while that place has not had too many.
pub(crate) fn at(site: u32, kind: char, fields: &[&dyn fmt::Display]) {
    let Some(log) = LOG.get() else { return };
    let counts = &COUNTS[(site as usize).min(SITES - 1)];
    let unseen = is_unseen();
    // Added to only while there is room: what is full is only looked at.
    let full = counts.kept.load(Ordering::Relaxed) >= PER_SITE
        || (!unseen && counts.kept.fetch_add(1, Ordering::Relaxed) >= PER_SITE);
    if !unseen && !full {
        put(log, kind, Some(site), fields);
        return;
    }
    let count = counts.left_out.fetch_add(1, Ordering::Relaxed) + 1;
    if count.is_power_of_two() {
        // The end of the program may never be seen, so the count is told while it grows.
        put(
            log,
            'm',
            Some(site),
            &[&count, &u8::from(full), &u8::from(unseen)],
        );
    }
}

fn put(log: &Mutex<Log>, kind: char, site: Option<u32>, fields: &[&dyn fmt::Display]) {
    let mut told = String::new();
    if let Some(site) = site {
        let _ = write!(told, "\t{site}");
    }
    for field in fields {
        told.push('\t');
        let mut beginning = Beginning::new(&mut told, LONGEST);
        // It fails where it is cut off.
        let _ = write!(Escaped(&mut beginning), "{field}");
    }
    // Not before: what shows a value may be the listing's, and be recorded itself.
    apart(|| {
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        log.write(kind, &told);
    });
}

impl Log {
    fn write(&mut self, kind: char, told: &str) {
        self.written += 1;
        if self.written > ALTOGETHER {
            return;
        }
        if self.written == ALTOGETHER || self.bytes > BYTES {
            self.written = ALTOGETHER;
            let _ = self.file.write_all(b"0\t0\t0\t-\t-\t!\n");
            return;
        }
        let (nanos, thread) = (self.start.elapsed().as_nanos(), thread());
        let (ran, late) =
            processor().map_or(("-".to_owned(), 0), |(ran, late)| (ran.to_string(), late));
        let late = late + HELD_UP.try_with(Cell::get).unwrap_or(0);
        let clock = clock::since(self.start);
        let text = format!("{nanos}\t{thread}\t{late}\t{ran}\t{clock}\t{kind}{told}\n");
        self.bytes += text.len();
        let _ = self.file.write_all(text.as_bytes());
    }
}

/// Takes the beginning of a text, and says when it has had enough.
pub(crate) struct Beginning<'a> {
    into: &'a mut dyn fmt::Write,
    /// The characters that it still takes.
    left: usize,
    over: bool,
}

impl<'a> Beginning<'a> {
    /// Of `length` characters; what is longer ends in `…`.
    pub(crate) fn new(into: &'a mut dyn fmt::Write, length: usize) -> Beginning<'a> {
        Beginning {
            into,
            left: length,
            over: false,
        }
    }
}

impl fmt::Write for Beginning<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.over {
            return Err(fmt::Error);
        }
        match text.char_indices().nth(self.left) {
            None => {
                self.left -= text.chars().count();
                self.into.write_str(text)
            }
            Some((end, _)) => {
                self.over = true;
                self.into.write_str(&text[..end])?;
                self.into.write_char('…')?;
                Err(fmt::Error)
            }
        }
    }
}

/// Takes a field, without what would end it.
struct Escaped<'a, 'b>(&'a mut Beginning<'b>);

impl fmt::Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for piece in text.split_inclusive(['\t', '\n', '\r', '\\']) {
            let escape = match piece.chars().next_back() {
                Some('\t') => "\\t",
                Some('\n') => "\\n",
                Some('\r') => "\\r",
                Some('\\') => "\\\\",
                _ => {
                    self.0.write_str(piece)?;
                    continue;
                }
            };
            self.0.write_str(&piece[..piece.len() - 1])?;
            self.0.write_str(escape)?;
        }
        Ok(())
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
    processor().map_or(0, |(_, late)| late)
}

/// How long this thread has had a processor in all its life, and how long it has waited for one, in
/// nanoseconds, where the system tells.
fn processor() -> Option<(u64, u64)> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let mut times = told.split_whitespace().map(str::parse);
    Some((times.next()?.ok()?, times.next()?.ok()?))
}
