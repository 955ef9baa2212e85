//! What a page says of the programs: each sentence stood wrong there once, or in its place another.

use std::path::Path;

use mdbook_replay::steps::{Run, steps};

use crate::run::{all, run};

fn told(name: &str) -> Run {
    steps(run(name).recording()).unwrap_or_else(|damage| panic!("{name}: {damage:?}"))
}

/// Each sentence is said, in this order, at the line of the program whose text contains the other
/// half; at none, where that is empty.
fn says(name: &str, expected: &[(&str, &str)]) {
    let run = told(name);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/constructs");
    let source = std::fs::read_to_string(folder.join(name).join("src/main.rs")).expect("a program");
    let lines: Vec<_> = source.lines().collect();
    let mut steps = run.steps.iter();
    for (sentence, text) in expected {
        let step = steps.find(|step| step.caption == *sentence);
        let Some(step) = step else {
            let all: Vec<_> = run.steps.iter().map(|step| &*step.caption).collect();
            panic!("{name} does not say there: {sentence}\n{}", all.join("\n"));
        };
        let at = step.line.map_or("", |line| lines[line - 1]);
        assert!(at.contains(text), "{name}: {sentence}\nat: {at}");
        assert_eq!(at.is_empty(), text.is_empty(), "{name}: {sentence}");
    }
}

#[test]
fn every_recording_can_be_told() {
    for run in all() {
        told(&run.name);
    }
}

#[test]
fn a_clock_jumps_from_when_it_is_paused() {
    says(
        "advance",
        &[
            (
                "No task is ready. The thread sleeps until the next timer fires: main’s, in 0.1 s.",
                "",
            ),
            ("main comes to line 15.", "pause()"),
            (
                "No task is ready, so the paused clock jumps to the next timer: nap(5000)’s, 3 s on.",
                "",
            ),
        ],
    );
    let header = &run("advance").recording().header;
    assert_eq!(header.since, Some(100));
    assert_eq!(run("paused").recording().header.since, None);
}

/// To call an async function runs nothing of it.
#[test]
fn an_async_function_begins_when_it_is_polled() {
    says(
        "macros",
        &[("main polls nap(160), which begins.", "async fn nap")],
    );
    says(
        "by-hand",
        &[
            ("main calls run(future of launch), which begins.", "fn run<"),
            (
                "run(future of launch) polls launch(1), which begins.",
                "async fn launch",
            ),
        ],
    );
}

#[test]
fn the_results_of_a_join_are_not_those_of_the_last_future() {
    says(
        "channels",
        &[(
            "main’s join! at line 48 polls producer again: it is ready, and main goes on, with sum = 3.",
            "producer",
        )],
    );
    says(
        "streams",
        &[(
            "nap(240) has returned to join! at line 32, and main goes on, with a = 140 and b = 240.",
            "futures::join!",
        )],
    );
}

#[test]
fn a_handle_in_a_generic_function_is_of_the_task_whose_end_wakes() {
    says(
        "handles",
        &[(
            "main, in wait(JoinHandle<u64>), awaits future, which is nap(100) #3, at line 14. That task has not ended, so main is suspended, and the thread is free.",
            "future.await",
        )],
    );
}

/// Which task of a set is awaited nobody can say: not the first, and not before it has ended.
#[test]
fn a_set_waits_for_whichever_task_ends() {
    says(
        "channels",
        &[
            (
                "main awaits set.join_next() at line 54. It is not ready, so main is suspended, and the thread is free.",
                "join_next",
            ),
            (
                "nap(100) ends. That is what main waits for, so main is ready.",
                "    ms",
            ),
            (
                "main awaits set.join_next() at line 54. It is not ready, so main is suspended, and the thread is free.",
                "join_next",
            ),
            (
                "nap(200) ends. That is what main waits for, so main is ready.",
                "    ms",
            ),
            (
                "main awaits set.join_next() at line 54. It is ready already, so main goes on without being suspended.",
                "join_next",
            ),
        ],
    );
}

#[test]
fn a_time_limit_is_not_the_timer_of_what_it_limits() {
    says(
        "channels",
        &[(
            "main awaits Timeout of nap(60000) at line 59. Its timer of 0.1 s runs, main is suspended, and the thread is free.",
            "timeout(",
        )],
    );
}

#[test]
fn all_that_is_dropped_is_named() {
    says(
        "select-any",
        &[(
            "nap(60000), nap(70000) and async block are dropped before they are ready.",
            "second.await",
        )],
    );
    says(
        "panic",
        &[(
            "nap(60_000) (it waits at line 14) is dropped before it is ready.",
            "missing.expect",
        )],
    );
}

#[test]
fn a_branch_behind_a_handler_is_of_its_own_macro() {
    says(
        "select-handler",
        &[
            (
                "main’s select! at line 16 polls nap(700): it begins, as a part of main.",
                "async fn nap",
            ),
            (
                "main’s select! at line 16 is over, so it drops nap(700) (it waits at line 8) and nap(800) (it waits at line 8).",
                "tokio::select!",
            ),
            (
                "main’s select! at line 21 polls nap(900): it begins, as a part of main.",
                "async fn nap",
            ),
        ],
    );
}

#[test]
fn a_closure_of_the_pool_has_no_thread_of_its_own() {
    says(
        "spawn-blocking",
        &[(
            "compute(3), a closure, calls compute(3), which begins.",
            "fn compute",
        )],
    );
}

/// Its type names a runtime, as that of a worker does.
#[test]
fn a_closure_of_the_pool_is_no_worker() {
    let recording = run("shutdown").recording();
    let kinds: Vec<_> = recording.tasks.iter().map(|task| task.kind).collect();
    use recording::TaskKind::{Blocking, Thread};
    assert_eq!(kinds, [Thread, Blocking, Blocking]);
    run("shutdown").prints("true\ntrue\n");
}

#[test]
fn a_line_is_the_one_that_is_reached() {
    says(
        "shutdown",
        &[(
            "main, in shut_down(closure), comes to line 22, where a call blocks its thread.",
            "runtime.shutdown_timeout",
        )],
    );
    says(
        "handles",
        &[
            (
                "main spawns nap(10), a new task. It is ready, but main still has the thread.",
                "tokio::spawn(nap(10))",
            ),
            (
                "main spawns nap(20), a new task. It is ready, but main still has the thread.",
                "tokio::spawn(nap(20))",
            ),
        ],
    );
    says(
        "entered",
        &[(
            "main’s thread (line 60) prints “one expression”.",
            "|| println!",
        )],
    );
    says(
        "thread-channel",
        &[(
            "thread::sleep returns after 0.4 s, so measure(10, Sender<u32>) goes on at line 13.",
            "thread::sleep",
        )],
    );
}

/// The future that lost is still there, and `main` does not stand in it.
#[test]
fn a_macro_of_another_crate_polls_by_hand() {
    says(
        "streams",
        &[
            ("main polls nap(250), which begins.", "async fn nap"),
            ("main prints “right 150”.", "println!(\"right"),
        ],
    );
    let run = told("streams");
    let place = |caption: &str| {
        let step = run.steps.iter().find(|step| step.caption == caption);
        step.expect("a step").tasks[0].place.clone()
    };
    assert_eq!(place("main prints “right 150”."), "line 39");
}

#[test]
fn what_waits_at_once_is_suspended() {
    says(
        "entered",
        &[(
            "The main thread is free, so the runtime polls early, which begins. It is not ready, so it is suspended, and the main thread is free.",
            "",
        )],
    );
}

/// What each of the tasks is doing at the step that says so.
fn doing(name: &str, caption: &str) -> Vec<String> {
    let run = told(name);
    let step = run.steps.iter().find(|step| step.caption == caption);
    let step = step.unwrap_or_else(|| panic!("{name} does not say: {caption}"));
    let tasks = step.tasks.iter();
    tasks
        .map(|task| format!("{} {}", task.state.word(), task.place))
        .collect()
}

/// Nothing in the source tells these calls from others: the system says whether the thread had a
/// processor.
#[test]
fn a_thread_in_a_call_that_waits_is_blocked_and_one_that_computes_runs() {
    let receives = "double(Receiver<u64>) comes to line 9, where a call blocks its thread.";
    assert_eq!(doing("waits", receives)[1], "blocked line 9");
    let joins = "main comes to line 24, where a call blocks its thread.";
    assert_eq!(doing("waits", joins)[0], "blocked line 24");
    let counts = "main, in count(), comes to line 16.";
    assert_eq!(doing("waits", counts)[0], "running line 26 → line 16");
    // There is no runtime that could wait for a task.
    for step in &told("waits").steps {
        assert!(!step.caption.contains("task"), "{}", step.caption);
    }
}

/// A macro is known by what it is, and called what the program calls it.
#[test]
fn a_macro_has_the_name_that_it_is_imported_by() {
    says(
        "renamed",
        &[
            (
                "main’s pick! at line 23 polls nap(200): it begins, as a part of main.",
                "async fn nap",
            ),
            (
                "main’s pick! at line 23 is over, so it drops nap(200) (it waits at line 11).",
                "pick!",
            ),
            (
                "nap(110) has returned to both! at line 27, which still waits for nap(210).",
                "both!",
            ),
        ],
    );
}

/// What a macro that is not known has polled may be awaited later, or never again: neither is taken for
/// granted.
#[test]
fn nobody_awaits_what_is_only_polled() {
    let run = told("renamed");
    for step in &run.steps {
        let place = &step.tasks[0].place;
        assert!(!place.contains("side by side"), "{}", step.caption);
    }
    says(
        "renamed",
        &[
            ("main polls nap(220), which begins.", "async fn nap"),
            (
                "nap(120) has returned, so main goes on at line 32.",
                "choose!",
            ),
            ("main awaits left at line 36.", "left.await"),
            (
                "nap(220) has returned, so main goes on at line 36.",
                "left.await",
            ),
            // Handles in a macro that is not known: their ends wake.
            (
                "nap(130) ends. That is what main waits for, so main is ready.",
                "ms",
            ),
            (
                "nap(230) ends. That is what main waits for, so main is ready.",
                "ms",
            ),
        ],
    );
    let awaited = "main’s timer of 0.22 s fires, so it is ready.";
    assert_eq!(doing("renamed", awaited)[0], "ready line 36 → line 11");
}
