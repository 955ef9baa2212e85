//! Timers, and tasks that make way.

use recording::{Cause, Clock};

use crate::run::run;

#[test]
fn an_interval_ticks_as_often_as_was_asked_for() {
    let run = run("interval");
    run.prints("tick 1\ntick 2\ntick 3\ndone\n");
    run.tells(&[
        "0 main arms timer 0, due in 0 ms",
        "0 main prints \"tick 1\\n\"",
        "0 main arms timer 0, due in 150 ms",
        "150 main is woken by timer 0",
        "150 main prints \"tick 2\\n\"",
        "150 main arms timer 0, due in 150 ms",
        "300 main prints \"tick 3\\n\"",
    ]);
    // A tick that was missed comes at once, and the next one a whole period later.
    run.tells(&[
        "300 main awaits advance at line 17",
        "550 main finds the await at line 17 pending",
        "550 main arms timer 1, due in 0 ms",
        "550 timer 1 fires",
        "550 main arms timer 1, due in 100 ms",
        "650 timer 1 fires",
        "650 main prints \"done\\n\"",
    ]);
    let timer = |cause: &Cause| matches!(cause, Cause::Timer(_));
    let others: Vec<_> = run.causes(0).into_iter().filter(|it| !timer(it)).collect();
    // Only whoever advances the clock makes way.
    assert_eq!(others, [Cause::Itself]);
}

#[test]
fn who_makes_way_is_woken_by_itself() {
    let run = run("yield-now");
    run.prints("a 1\nb 1\nb 2\na 2\n");
    assert_eq!(run.causes(1), [Cause::Itself, Cause::Itself]);
    assert_eq!(run.causes(2), [Cause::Itself, Cause::Itself]);
    assert_eq!(run.causes(0), [Cause::Itself, Cause::End(1)]);
    // All have had a turn before any of them has the next.
    run.tells(&[
        "0 main's poll is pending",
        "0 counts(\"a\")'s poll is pending",
        "0 counts(\"b\")'s poll is pending",
        "0 counts(\"b\") is woken by itself",
        "0 counts(\"a\") is woken by itself",
        "0 main is woken by itself",
        "0 main is polled",
    ]);
}

#[test]
fn a_paused_clock_jumps_to_the_next_timer() {
    let run = run("paused");
    run.prints("one\ntwo\ntrue 7200.02s\n");
    assert_eq!(run.recording().header.clock, Clock::Paused);
    run.tells(&[
        "0 hourly(\"one\", 1) arms timer 0, due in 3600000 ms",
        "0 hourly(\"two\", 2) arms timer 1, due in 7200000 ms",
        "3600000 timer 0 fires",
        "3600000 hourly(\"one\", 1) prints \"one\\n\"",
        "7200000 timer 1 fires",
        "7200000 main arms timer 2, due in 7 ms",
        "7200007 timer 2 fires",
        "7200007 main arms timer 4, due in 13 ms",
        "7200020 timer 4 fires",
        "7200020 main leaves hourly: it is dropped while it waits",
    ]);
    let measured: u64 = run.recording().events.iter().map(|it| it.measured).sum();
    assert_eq!(measured, 0);
}

#[test]
fn a_clock_that_is_advanced_makes_timers_due_at_once() {
    let run = run("advance");
    run.prints("advanced\n1000\n5000\n");
    assert_eq!(run.recording().header.clock, Clock::Paused);
    run.tells(&[
        // The clock is the machine's until it is paused.
        "100 timer 0 fires",
        "100 nap(1000) arms timer 1, due in 1000 ms",
        "100 nap(5000) arms timer 2, due in 5000 ms",
        "100 main awaits advance at line 19",
        "2100 main finds the await at line 19 pending",
        "2100 timer 1 fires",
        "2100 nap(1000) is woken by timer 1",
        "2100 main prints \"advanced\\n\"",
        "2100 nap(1000) prints \"1000\\n\"",
        "5100 timer 2 fires",
        "5100 nap(5000) prints \"5000\\n\"",
    ]);
}

#[test]
fn a_thread_that_sleeps_in_a_task_holds_every_other() {
    let run = run("thread-sleep");
    run.prints("rude\npolite\n");
    run.tells(&[
        "polite() arms timer 0, due in 100 ms",
        "rude() holds its thread for 300 ms at line 14",
        "rude() lets its thread go on",
        "rude() ends",
        // Due at 100, and nobody there to see it.
        "timer 0 fires",
        "polite() is woken by timer 0",
    ]);
}
