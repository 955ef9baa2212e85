//! Timers of which the machine decides which fires first.

use std::collections::BTreeMap;
use std::fmt;

use crate::{Clock, Happening, Recording};

/// What is due within so many milliseconds fires in another order now and then: with delays of 5 and 10 ms,
/// 7 of 300 runs on two busy cores did.
const NEAR: u64 = 100;

/// Two timers that are due nearly at once: who set each, and when it is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// The task and the logical milliseconds since the start, of the one that is due first.
    pub first: (String, u64),
    /// Those of the other.
    pub second: (String, u64),
}

impl fmt::Display for Tie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [(first, at), (second, then)] = [&self.first, &self.second];
        write!(
            f,
            "a timer of {first}, due at {at} ms, and one of {second}, at {then} ms"
        )
    }
}

/// The first two timers of a run that fired within 100 ms of each other and belong to different tasks. There
/// are none on the paused clock: the machine has no say in it.
pub fn tie(recording: &Recording) -> Option<Tie> {
    if recording.header.clock == Clock::Paused {
        return None;
    }
    let mut set = BTreeMap::new();
    let mut fired = Vec::new();
    for event in &recording.events {
        match event.what {
            Happening::Timer { timer, ms } => {
                let of_task = event.task.map(|task| (timer, (event.t + ms, task)));
                set.extend(of_task);
            }
            Happening::Fire { timer } => fired.extend(set.remove(&timer)),
            _ => {}
        }
    }
    fired.sort_unstable();
    let near = fired.windows(2).find_map(|pair| match *pair {
        [first, second] if first.1 != second.1 && second.0 < first.0 + NEAR => {
            Some([first, second])
        }
        _ => None,
    });
    let [first, second] = near?.map(|(due, task)| (recording.tasks[task].name.clone(), due));
    Some(Tie { first, second })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    /// Of two tasks that nap for so long, one after the other.
    fn told(clock: &str, naps: [u64; 2], tasks: [usize; 2]) -> Option<String> {
        let mut text = format!(
            r#"{{"recording":1,"listing":"x","source":"src/main.rs","clock":"{clock}","with":{{}},"hash":"0"}}
{{"thread":0,"kind":"main"}}
{{"task":0,"kind":"task","name":"a"}}
{{"task":1,"kind":"task","name":"b"}}
"#
        );
        for ((at, ms), task) in naps.iter().enumerate().zip(tasks) {
            text += &format!(
                "{{\"t\":0,\"task\":{task},\"ev\":\"timer\",\"timer\":{at},\"ms\":{ms}}}\n"
            );
        }
        for (at, ms) in naps.iter().enumerate() {
            text += &format!("{{\"t\":{ms},\"ev\":\"fire\",\"timer\":{at}}}\n");
        }
        let t = naps[1];
        text += &format!("{{\"t\":{t},\"ev\":\"exit\",\"code\":0}}\n");
        let recording = parse(&text).expect("a recording");
        tie(&recording).map(|tie| tie.to_string())
    }

    #[test]
    fn timers_of_two_tasks_are_far_apart_or_tie() {
        let two = [0, 1];
        assert_eq!(told("real", [100, 200], two), None);
        for (naps, expected) in [
            (
                [500, 500],
                "a timer of a, due at 500 ms, and one of b, at 500 ms",
            ),
            (
                [101, 200],
                "a timer of a, due at 101 ms, and one of b, at 200 ms",
            ),
        ] {
            assert_eq!(told("real", naps, two).as_deref(), Some(expected));
            assert_eq!(told("paused", naps, two), None);
            assert_eq!(told("real", naps, [1, 1]), None, "one task keeps its order");
        }
    }
}
