//! The forms in which async code is written: blocks, closures, generics, traits, macros, recursion,
//! futures and executors without a library.

use recording::{Cause, SiteKind};

use crate::run::run;

#[test]
fn blocks_and_closures_are_calls_of_their_own() {
    let run = run("nested");
    run.prints("102\n220\n(120, 120)\n105\n130\n5\n");
    // A block inside a block: the inner one waits first, and both are resumed from outside in.
    run.tells(&[
        "0 main has outer = async block",
        "0 main awaits async block at line 38",
        "0 main enters async block()",
        "0 main has inner = async block",
        "0 main awaits async block at line 36",
        "0 main enters async block()",
        "0 main awaits nap at line 35",
        "0 main finds the await at line 35 pending",
        "0 main finds the await at line 36 pending, in call 1",
        "0 main finds the await at line 38 pending",
        "100 main resumes the await at line 38",
        "100 main resumes the await at line 36, in call 1",
        "100 main resumes the await at line 35",
    ]);
    // What an async closure is given, and what it captures.
    run.tells(&[
        "450 main has offset = 5",
        "450 main enters async closure(ms = 100)",
        "550 main has slept = 100",
        "550 main prints \"105\\n\"",
        "550 main enters async closure(ms = 100)",
        "550 main enters nap(ms = 130)",
        "680 main prints \"130\\n\"",
    ]);
    let closures = run.at(SiteKind::Fn, "async |ms: u64|");
    assert_eq!(closures, ["450 enter", "550 done"]);
}

#[test]
fn a_function_that_returns_a_future_is_over_before_that_is_polled() {
    let run = run("nested");
    run.tells(&[
        "100 main enters doubled(number = future of nap)",
        "100 main leaves doubled: it returns",
        "100 main awaits doubled at line 39",
        "100 main enters async block()",
        "100 main enters nap(ms = 110)",
    ]);
}

#[test]
fn a_closure_that_makes_futures_is_called_again_for_each() {
    let run = run("nested");
    run.tells(&[
        "210 main awaits twice at line 40",
        "210 main enters twice(make = closure)",
        "210 main enters async block()",
        "330 main has first = 120",
        "330 main enters async block()",
        "450 main has second = 120",
        "450 main leaves twice: it returns",
    ]);
}

#[test]
fn a_method_of_a_trait_is_the_one_of_the_type() {
    let run = run("traits");
    run.prints("hello, slow and hi\n");
    run.tells(&[
        "main enters both(a = &Slow, b = &Fast)",
        "main awaits greet at line 39",
        "main enters Greets::greet()",
        "main awaits name at line 11",
        "main enters Slow::name()",
        "main has name = \"slow\"",
        "main leaves Greets::greet: it returns",
        "main enters Fast::greet()",
        "main leaves Fast::greet: it returns",
    ]);
    assert_eq!(run.count("main enters Fast::name()"), 0);
}

#[test]
fn awaits_among_a_macros_arguments_are_seen_where_it_only_evaluates_them() {
    let run = run("macros");
    // The last line but one is printed by a macro of the program's own: it is not recorded.
    assert_eq!(run.recording().stdout(), "100 110\n[120]\n290\ntrue\n");
    let printed = String::from_utf8_lossy(&run.recorded.stdout);
    assert_eq!(printed, "100 110\n[120]\n290\nnap(160).await = 160\ntrue\n");
    for (ms, line) in [
        (100, 26),
        (110, 26),
        (120, 27),
        (130, 28),
        (140, 29),
        (150, 29),
        (170, 31),
    ] {
        let events = run.recording().events.iter();
        let told: Vec<_> = events
            .map(|event| recording::describe(run.recording(), event))
            .collect();
        let enters = format!("main enters nap(ms = {ms})");
        let at = told.iter().position(|told| *told == enters);
        let before = &told[at.expect("the call is seen") - 1];
        assert_eq!(*before, format!("main awaits nap at line {line}"));
    }
    // A macro that shows its argument's text would show ours: its await is left alone, and what it
    // calls is seen nevertheless. What an assertion does not need is not evaluated.
    assert_eq!(run.count("main enters nap(ms = 160)"), 1);
    assert_eq!(run.count("main awaits nap at line 30"), 0);
    assert_eq!(run.count("main enters nap(ms = 1)"), 0);
}

#[test]
fn calls_of_one_function_in_one_another_are_told_apart() {
    let run = run("recursion");
    run.prints("2\n3\n");
    run.tells(&[
        "main enters countdown(from = 2)",
        "main enters countdown(from = 1)",
        "main finds the await at line 12 pending",
        // The outer of the two.
        "main finds the await at line 13 pending, in call 1",
        "main finds the await at line 22 pending",
        "main resumes the await at line 13, in call 1",
        "main enters countdown(from = 0)",
        "main prints \"2\\n\"",
    ]);
    assert_eq!(run.count("main leaves countdown: it returns"), 3);
    assert_eq!(run.count("main leaves depth: it returns"), 4);
    assert_eq!(run.count("main leaves async block: it returns"), 4);
}

#[test]
fn a_future_by_hand_is_polled_where_it_is_awaited() {
    let run = run("by-hand");
    run.prints("2\n1\nliftoff\n1\nliftoff\n");
    run.tells(&[
        "main awaits Countdown at line 75",
        "main enters Countdown::poll(cx = &mut Context<'_>)",
        "main prints \"2\\n\"",
        "main is woken by itself",
        "main leaves Countdown::poll: it returns",
        "main finds the await at line 75 pending",
        "main prints \"1\\n\"",
        "main finds the await at line 75 ready",
        "main prints \"liftoff\\n\"",
    ]);
    // A thread of its own wakes it, through the waker that it was given.
    assert_eq!(
        run.causes(0),
        [Cause::Itself, Cause::Itself, Cause::Task(1)]
    );
    run.tells(&[
        "main spawns ring(false, Waker)",
        "ring(false, Waker) holds its thread for 100 ms at line 48",
        "main is woken by ring(false, Waker)",
        "main finds the await at line 82 ready",
    ]);
}

#[test]
fn an_executor_by_hand_polls_inside_one_poll_of_the_task() {
    let run = run("by-hand");
    run.tells(&[
        "main enters run(future = future of launch)",
        "main enters launch(from = 1)",
        "main enters Counter::wake()",
        "main finds the await at line 75 pending",
        "main resumes the await at line 75",
        "main finds the await at line 75 ready",
        "main leaves launch: it returns",
        "main leaves run: it returns",
        "main prints \"liftoff\\n\"",
    ]);
    // `launch(2)` takes three polls, the alarm one more; the executor none.
    assert_eq!(run.count("main is polled"), 4);
}
