//! How late a machine is while a program runs: by what the program has waited for a processor, and by
//! what a thread that only sleeps is woken late.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// For how long each thread of a program has waited for a processor, by its number, in nanoseconds. Of
/// one that is gone, for how long it had when it was last seen.
#[derive(Debug, Default)]
pub(super) struct Waits(BTreeMap<OsString, u64>);

impl Waits {
    /// Linux alone tells.
    pub(super) fn look(&mut self, program: u32) {
        let threads = fs::read_dir(format!("/proc/{program}/task"));
        for thread in threads.into_iter().flatten().flatten() {
            let told = fs::read_to_string(thread.path().join("schedstat"));
            let waited = told.ok().and_then(|told| {
                let waited = told.split_whitespace().nth(1)?;
                waited.parse().ok()
            });
            if let Some(waited) = waited {
                self.0.insert(thread.file_name(), waited);
            }
        }
    }

    pub(super) fn seconds(&self) -> f64 {
        Duration::from_nanos(self.0.values().sum()).as_secs_f64()
    }
}

/// A thread that sleeps beside a program and adds up how late it was woken.
pub(super) struct Sleeper {
    stop: mpsc::Sender<()>,
    thread: thread::JoinHandle<f64>,
}

impl Sleeper {
    pub(super) fn start() -> Sleeper {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let nap = Duration::from_millis(50);
            let mut late = Duration::ZERO;
            loop {
                let start = Instant::now();
                match stopped.recv_timeout(nap) {
                    Err(mpsc::RecvTimeoutError::Timeout) => {
                        late += start.elapsed().saturating_sub(nap);
                    }
                    _ => return late.as_secs_f64(),
                }
            }
        });
        Sleeper { stop, thread }
    }

    pub(super) fn lateness(self) -> f64 {
        drop(self.stop);
        self.thread.join().unwrap_or_default()
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::process::has_ended;
    use crate::python;

    /// When it is over, its last wait is the one that made it print late.
    #[test]
    fn a_program_that_is_over_tells_how_long_it_has_waited() {
        let mut python = Command::new(python::find().unwrap());
        let mut child = python.args(["-c", "pass"]).spawn().unwrap();
        while !has_ended(&child) {
            thread::yield_now();
        }
        let mut waits = Waits::default();
        waits.look(child.id());
        let own = OsString::from(child.id().to_string());
        assert_eq!(waits.0.keys().collect::<Vec<_>>(), [&own]);
        waits.0.insert(own, 250_000_000);
        assert_eq!(waits.seconds(), 0.25);
        child.wait().unwrap();
        assert!(!has_ended(&child));
        // Now nobody tells, and what is known is kept.
        waits.look(child.id());
        assert_eq!(waits.seconds(), 0.25);
    }
}
