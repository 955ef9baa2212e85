//! Running one program within limits: of time, and of what is kept of its output. At a limit it is
//! ended together with the programs that it has started.

mod descendants;
mod lateness;

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use lateness::{Sleeper, Waits};

/// What a program may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// It is ended after this long.
    pub time: Duration,
    /// It is ended after printing this many bytes on one stream. No more than that is kept.
    pub output: usize,
}

/// What came of a program.
#[derive(Debug)]
pub struct Outcome {
    /// What it printed; with stderr in between where that was asked for.
    pub stdout: Vec<u8>,
    /// What it printed on stderr, where that is kept apart.
    pub stderr: Vec<u8>,
    /// How it ended.
    pub end: End,
    /// How late this machine was, in seconds: for how long the program waited for a processor, where the
    /// system tells, or, if that is more, by how much a thread that did nothing but sleep beside it was
    /// woken late, the sum over all its naps. Close to 0 on an idle machine.
    pub lateness: f64,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself.
    Exited(ExitStatus),
    /// It was killed at the limit of time.
    OutOfTime,
    /// It was killed for printing without end.
    OutOfOutput,
}

/// What a program may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Nothing: its stdin is empty.
    Empty,
    /// Nothing either, but its stdin ends only when it is to end: at a limit, or with the process
    /// that watches it. A program that has children of its own can end them then.
    OpenWhileWatched,
}

/// Where a program's stderr goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stderr {
    /// It is kept apart.
    Apart,
    /// Into stdout, so that the lines of both stand in the order in which they were written.
    IntoStdout,
}

/// Runs a program to its end, or to its limits.
///
/// # Errors
///
/// When the program cannot be started.
pub fn run(
    command: &mut Command,
    input: Input,
    stderr: Stderr,
    limits: Limits,
) -> io::Result<Outcome> {
    command.stdin(match input {
        Input::Empty => Stdio::null(),
        Input::OpenWhileWatched => Stdio::piped(),
    });
    let both = match stderr {
        Stderr::Apart => {
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            None
        }
        Stderr::IntoStdout => {
            let (reader, writer) = io::pipe()?;
            command.stdout(writer.try_clone()?).stderr(writer);
            Some(reader)
        }
    };
    let spawned = command.spawn();
    // The command holds the pipe's writing end, which would keep the reader waiting for ever.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = spawned?;
    let (stdout, stderr): (Box<dyn Read + Send>, Box<dyn Read + Send>) = match both {
        Some(reader) => (Box::new(reader), Box::new(io::empty())),
        None => (
            Box::new(child.stdout.take().expect("stdout is piped")),
            Box::new(child.stderr.take().expect("stderr is piped")),
        ),
    };
    let sleeper = Sleeper::start();
    let mut waits = Waits::default();
    let outcome = watch(
        &mut child,
        Stream::read(stdout, limits),
        Stream::read(stderr, limits),
        limits,
        &mut waits,
    );
    let lateness = sleeper.lateness().max(waits.seconds());
    let (stdout, stderr, end) = outcome?;
    Ok(Outcome {
        stdout,
        stderr,
        end,
        lateness,
    })
}

fn watch(
    child: &mut Child,
    mut stdout: Stream,
    mut stderr: Stream,
    limits: Limits,
    waits: &mut Waits,
) -> io::Result<(Vec<u8>, Vec<u8>, End)> {
    let deadline = Instant::now() + limits.time;
    let mut turns = 0;
    let end = loop {
        // What it says in the end counts, and is gone when it is waited for.
        if turns % LOOK == 0 || has_ended(child) {
            waits.look(child.id());
        }
        turns += 1;
        if stdout.is_over() || stderr.is_over() {
            break End::OutOfOutput;
        }
        if let Some(status) = child.try_wait()? {
            break End::Exited(status);
        }
        if Instant::now() >= deadline {
            break End::OutOfTime;
        }
        thread::sleep(Duration::from_millis(5));
    };
    if !matches!(end, End::Exited(_)) {
        let told = child.stdin.take().is_some();
        if !told || !ends_by_itself(child)? {
            descendants::end(child.id());
            child.kill()?;
        }
        child.wait()?;
    }
    let (stdout, stderr) = (stdout.finish(), stderr.finish());
    let end = match end {
        End::Exited(_) if stdout.len() > limits.output || stderr.len() > limits.output => {
            End::OutOfOutput
        }
        end => end,
    };
    Ok((stdout, stderr, end))
}

/// How many turns of a watch go by between two looks at what a program's threads wait: each costs this
/// machine more than the rest of the turn.
const LOOK: usize = 20;

/// Whether a program is over and nobody has waited for it yet.
#[cfg(unix)]
fn has_ended(child: &Child) -> bool {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let process = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    process.is_some_and(|process| {
        let ended = waitid(WaitId::Pid(process), options);
        matches!(ended, Ok(Some(_)))
    })
}

#[cfg(not(unix))]
fn has_ended(_child: &Child) -> bool {
    false
}

/// Whether a program that was told to end has ended.
fn ends_by_itself(child: &mut Child) -> io::Result<bool> {
    let deadline = Instant::now() + Duration::from_secs(2);
    while Instant::now() < deadline {
        if child.try_wait()?.is_some() {
            return Ok(true);
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(false)
}

/// One of a program's outputs, read on a thread of its own.
struct Stream {
    pieces: mpsc::Receiver<Vec<u8>>,
    kept: Vec<u8>,
    limit: usize,
}

impl Stream {
    fn read(mut from: Box<dyn Read + Send>, limits: Limits) -> Stream {
        // A bounded channel: a program that prints faster than it is watched has to wait.
        let (sender, pieces) = mpsc::sync_channel(4);
        thread::spawn(move || {
            let mut piece = vec![0; 16 * 1024];
            while let Ok(length @ 1..) = from.read(&mut piece) {
                if sender.send(piece[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Stream {
            pieces,
            kept: Vec::new(),
            limit: limits.output,
        }
    }

    fn is_over(&mut self) -> bool {
        while self.kept.len() <= self.limit {
            match self.pieces.try_recv() {
                Ok(piece) => self.kept.extend(piece),
                Err(_) => return false,
            }
        }
        true
    }

    /// What is left after the program's end. A program of its own that it left behind may hold
    /// the stream open, so the end of the stream is not waited for longer than a second.
    fn finish(mut self) -> Vec<u8> {
        let deadline = Instant::now() + Duration::from_secs(1);
        while self.kept.len() <= self.limit {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.pieces.recv_timeout(left) {
                Ok(piece) => self.kept.extend(piece),
                Err(_) => break,
            }
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        time: Duration::from_secs(30),
        output: 1000,
    };

    fn python(code: &str) -> Command {
        let mut command = Command::new(crate::python::find().unwrap());
        command.args(["-c", code]);
        command
    }

    #[test]
    fn keeps_streams_apart_or_in_order() {
        let code = "import sys\nfor i in range(3):\n print(i, flush=True)\n print('e', file=sys.stderr, flush=True)";
        let apart = run(&mut python(code), Input::Empty, Stderr::Apart, LIMITS).unwrap();
        assert_eq!(
            (apart.stdout, apart.stderr),
            (b"0\n1\n2\n".to_vec(), b"e\ne\ne\n".to_vec())
        );
        let together = run(&mut python(code), Input::Empty, Stderr::IntoStdout, LIMITS).unwrap();
        assert_eq!(together.stdout, b"0\ne\n1\ne\n2\ne\n");
        assert!(together.stderr.is_empty());
    }

    #[test]
    fn ends_what_does_not_end() {
        let limits = Limits {
            time: Duration::from_millis(300),
            ..LIMITS
        };
        let outcome = run(
            &mut python("while True: pass"),
            Input::Empty,
            Stderr::Apart,
            limits,
        )
        .unwrap();
        assert_eq!(outcome.end, End::OutOfTime);
    }

    #[test]
    fn ends_what_prints_without_end_and_keeps_little_of_it() {
        let outcome = run(
            &mut python("while True: print('x' * 99)"),
            Input::Empty,
            Stderr::Apart,
            LIMITS,
        )
        .unwrap();
        assert_eq!(outcome.end, End::OutOfOutput);
        assert!(outcome.stdout.len() < 1_000_000);
    }

    #[test]
    fn a_program_left_behind_does_not_hold_the_check() {
        let code = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)'])\nprint('done')";
        let start = Instant::now();
        let outcome = run(&mut python(code), Input::Empty, Stderr::Apart, LIMITS).unwrap();
        assert_eq!(outcome.stdout, b"done\n");
        assert!(start.elapsed() < Duration::from_secs(15));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn ends_the_children_of_what_it_ends() {
        // A child and a grandchild tell their numbers and stay; then the program prints on.
        let code = r"
import os, time
reader, writer = os.pipe()
if os.fork() == 0:
    os.fork()
    os.write(writer, b'%d\n' % os.getpid())
    time.sleep(60)
told = b''
while told.count(b'\n') < 2:
    told += os.read(reader, 100)
while True:
    os.write(1, told)
";
        let outcome = run(&mut python(code), Input::Empty, Stderr::Apart, LIMITS).unwrap();
        assert_eq!(outcome.end, End::OutOfOutput);
        let printed = String::from_utf8(outcome.stdout).unwrap();
        for process in printed.lines().take(2) {
            // Nobody but the system can wait for them, and it takes a moment to end one.
            let deadline = Instant::now() + Duration::from_secs(10);
            let ended = || {
                let stat = std::fs::read_to_string(format!("/proc/{process}/stat"));
                // Gone, or dead and not yet buried.
                !stat.is_ok_and(|stat| !stat.contains(") Z "))
            };
            while !ended() {
                assert!(Instant::now() < deadline, "{process} is left running");
                thread::yield_now();
            }
        }
    }
}
