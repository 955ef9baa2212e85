//! The raw log that a recorded program leaves, read back: what each kind of record is, and the letter
//! by which `linked/src/log.rs` writes it.

/// A line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raw {
    /// Nanoseconds since the program's start.
    pub nanos: u64,
    /// The thread, by its number.
    pub thread: u32,
    /// Nanoseconds that the thread has waited for a processor until then.
    pub late: u64,
    /// Nanoseconds that the thread has had a processor until then, where the system tells.
    pub ran: Option<u64>,
    /// Tokio's clock in nanoseconds since the program's start, where it is not the machine's.
    pub clock: Option<u64>,
    pub what: What,
}

/// A span of Tokio's: a task, or a timer.
pub(crate) type Span = u64;

/// A call of a function of the listing's.
pub(crate) type Call = u64;

/// An await: at a site, in a call.
pub(crate) type Wait = (usize, Call);

/// Whether a closure on the blocking pool, of which Tokio tells the type, is Tokio's own: a worker of a
/// runtime with several threads. The type of a closure in a generic function of the program's may name
/// a runtime too.
pub(crate) fn is_worker(closure: &str) -> bool {
    closure.starts_with("tokio::runtime::")
}

/// What a raw record says. Sites are numbered as the inserted calls name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    New {
        task: Span,
        /// The task's number at Tokio.
        id: Option<u64>,
        kind: String,
        place: Location,
        closure: String,
    },
    Enter(Span),
    Exit {
        task: Span,
        panicking: bool,
    },
    Close(Span),
    Wake(Span),
    Timer {
        timer: Span,
        place: Location,
    },
    Armed {
        timer: Span,
        ms: u64,
    },
    Elapsed(Span),
    /// Another task polls this timer now.
    TimerMoved(Span),
    TimerDropped(Span),
    /// What the thread's next timer is asked for, in milliseconds.
    Asked(u64),
    /// The same of a timer that is armed again and again.
    Every(u64),
    /// The task with this number at Tokio is aborted.
    Aborts(u64),
    /// A thread is started, by its number among those; it begins; it is over.
    ThreadMade {
        site: usize,
        thread: u64,
    },
    ThreadBegins(u64),
    ThreadEnds {
        thread: u64,
        panicking: bool,
    },
    Panic {
        place: Location,
        text: String,
    },
    Begin {
        site: usize,
        call: Call,
        arguments: Vec<(String, String)>,
    },
    Leave {
        site: usize,
        call: Call,
        how: String,
    },
    Line(usize),
    Value {
        site: usize,
        name: String,
        value: String,
    },
    Await {
        at: Wait,
        what: String,
        /// What can wake whoever waits there: `time`, `join`, `task`, `io`, `yield`, or `-`.
        class: String,
        /// The task that is waited for, by its number at Tokio.
        joins: Option<u64>,
    },
    Pending {
        at: Wait,
        /// Whether the task may do no more in this poll.
        exhausted: bool,
    },
    Resume(Wait),
    Ready(Wait),
    Cancel(Wait),
    Block {
        site: usize,
        ms: Option<u64>,
    },
    Unblock(usize),
    Out {
        site: usize,
        fd: u8,
        text: String,
    },
    More {
        site: usize,
        count: u64,
        /// Whether nothing more is kept there; else only what some tasks do there is not.
        full: bool,
        /// Whether it is in a task that is not recorded that this was seen.
        unseen: bool,
    },
    /// Tasks that one place spawns, and that are not recorded.
    MoreTasks {
        place: Location,
        count: u64,
    },
    Full,
}

/// A place of the compiled source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

/// Reads a log. A last line that the program's end cut off is left out.
pub(crate) fn parse(log: &str) -> Vec<Raw> {
    let whole = log.rfind('\n').map_or("", |end| &log[..end]);
    let mut raws: Vec<Raw> = whole.lines().filter_map(line).collect();
    // A system that counts nothing says of every thread that it has not run.
    if raws.iter().all(|raw| raw.ran.unwrap_or(0) == 0) {
        raws.iter_mut().for_each(|raw| raw.ran = None);
    }
    raws
}

fn line(line: &str) -> Option<Raw> {
    let mut fields = line.split('\t').map(unescaped);
    let nanos = fields.next()?.parse().ok()?;
    let thread = fields.next()?.parse().ok()?;
    let late = fields.next()?.parse().ok()?;
    let ran = fields.next()?.parse().ok();
    let clock = fields.next()?.parse().ok();
    let kind = fields.next()?;
    let fields: Vec<String> = fields.collect();
    let text = |at: usize| fields.get(at).cloned();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    let site = || number(0).map(|site| site as usize);
    let place = |at: usize| {
        Some(Location {
            file: text(at)?.replace('\\', "/"),
            line: number(at + 1).unwrap_or(0) as usize,
            column: number(at + 2).unwrap_or(0) as usize,
        })
    };
    let wait = || Some((site()?, number(1)?));
    let what = match &*kind {
        "S" => What::New {
            task: number(0)?,
            kind: text(1)?,
            place: place(2)?,
            closure: text(5)?,
            id: number(6),
        },
        "E" => What::Enter(number(0)?),
        "X" => What::Exit {
            task: number(0)?,
            panicking: number(1)? == 1,
        },
        "C" => What::Close(number(0)?),
        "W" => What::Wake(number(0)?),
        "T" => What::Timer {
            timer: number(0)?,
            place: place(1)?,
        },
        "A" => What::Armed {
            timer: number(0)?,
            ms: number(1)?,
        },
        "R" => What::Elapsed(number(0)?),
        "O" => What::TimerMoved(number(0)?),
        "D" => What::TimerDropped(number(0)?),
        "Q" => What::Asked(number(0)?),
        "P" => What::Every(number(0)?),
        "K" => What::Aborts(number(0)?),
        "H" => What::ThreadMade {
            site: site()?,
            thread: number(1)?,
        },
        "B" => What::ThreadBegins(number(0)?),
        "G" => What::ThreadEnds {
            thread: number(0)?,
            panicking: number(1)? == 1,
        },
        "N" => What::Panic {
            place: place(0)?,
            text: text(3)?,
        },
        "F" => What::Begin {
            site: site()?,
            call: number(1)?,
            arguments: fields
                .get(2..)?
                .chunks_exact(2)
                .map(|pair| (pair[0].clone(), pair[1].clone()))
                .collect(),
        },
        "L" => What::Leave {
            site: site()?,
            call: number(1)?,
            how: text(2)?,
        },
        "l" => What::Line(site()?),
        "v" => What::Value {
            site: site()?,
            name: text(1)?,
            value: text(2)?,
        },
        "a" => What::Await {
            at: wait()?,
            what: text(2)?,
            class: text(3)?,
            joins: number(4),
        },
        "p" => What::Pending {
            at: wait()?,
            exhausted: number(2)? == 1,
        },
        "r" => What::Resume(wait()?),
        "y" => What::Ready(wait()?),
        "c" => What::Cancel(wait()?),
        "b" => What::Block {
            site: site()?,
            ms: number(1),
        },
        "u" => What::Unblock(site()?),
        "o" => What::Out {
            site: site()?,
            fd: number(1)? as u8,
            text: text(2)?,
        },
        "m" => What::More {
            site: site()?,
            count: number(1)?,
            full: number(2)? == 1,
            unseen: number(3)? == 1,
        },
        "M" => What::MoreTasks {
            place: place(0)?,
            count: number(3)?,
        },
        "!" => What::Full,
        _ => return None,
    };
    Some(Raw {
        nanos,
        thread,
        late,
        ran,
        clock,
        what,
    })
}

fn unescaped(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut characters = field.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_written_and_leaves_out_what_was_cut_off() {
        let log = "5\t1\t0\t-\t-\to\t7\t1\ta\\tb\\\\n\\n\nnonsense\n6\t1\t0\t-\t-\tF\n7\t1\t0\t-\t-\tl\t3\n8\t1\t0\t-\t-\tl";
        let what: Vec<_> = parse(log).into_iter().map(|raw| raw.what).collect();
        let text = "a\tb\\n\n".to_owned();
        assert_eq!(
            what,
            [
                What::Out {
                    site: 7,
                    fd: 1,
                    text
                },
                What::Line(3)
            ]
        );
    }
}
