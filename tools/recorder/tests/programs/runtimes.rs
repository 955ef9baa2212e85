//! Runtimes that the program makes itself.

use recording::{Cause, End, TaskKind};

use crate::run::run;

#[test]
fn a_main_that_drives_futures_stands_still_meanwhile() {
    let run = run("builder");
    run.prints("100\n320\n130\ntrue\ndone\n");
    let tasks = run.recording().tasks.iter();
    let kinds: Vec<_> = tasks.map(|task| (task.kind, task.by)).collect();
    use TaskKind::{BlockOn, Blocking, Task, Thread};
    assert_eq!(
        kinds,
        [
            (Thread, None),
            (BlockOn, Some(0)),
            (BlockOn, Some(0)),
            (BlockOn, Some(0)),
            (Blocking, Some(3)),
            // Driven by a thread of the blocking pool.
            (BlockOn, Some(4)),
            (Task, Some(3)),
            (Task, Some(3)),
        ]
    );
    run.tells(&[
        "main is at line 20",
        "main spawns nap(100)",
        "nap(100) is woken by timer 0",
        "nap(100) ends",
        "main prints \"100\\n\"",
    ]);
    assert_eq!(run.count("main is polled"), 0);
}

#[test]
fn a_future_can_be_driven_from_the_blocking_pool() {
    let run = run("builder");
    // The runtime's own thread sees the timer, and wakes the other.
    assert_eq!(run.causes(5), [Cause::Timer(3)]);
    run.tells(&[
        "nap(130) arms timer 3, due in 130 ms",
        "nap(130) is woken by timer 3",
        "nap(130) ends",
        "blocking(Handle) leaves blocking: it returns",
        "blocking(Handle) ends",
        "async block is woken by the end of blocking(Handle)",
    ]);
}

#[test]
fn between_two_block_ons_nothing_runs_and_with_the_runtime_tasks_are_dropped() {
    let run = run("builder");
    let ends = run.ends();
    assert!(ends.contains(&(6, End::Cancelled)), "{ends:?}");
    assert!(ends.contains(&(7, End::Dropped)), "{ends:?}");
    run.tells(&[
        "nap(60000)'s poll is pending",
        "async block ends",
        "main holds its thread for 120 ms at line 36",
        "main lets its thread go on",
        // `drop(runtime)`.
        "main is at line 37",
        "nap(60000) leaves nap: it is dropped while it waits",
        "nap(60000) is dropped with its runtime",
        "main is at line 38",
    ]);
}

/// Its tasks are polled by the task that drives the set, inside a poll of it, and that one is woken
/// with them.
#[test]
fn a_local_set_is_woken_with_its_tasks() {
    let run = run("local-set");
    run.prints("[100, 200]\n[100, 200, 100, 200]\n[100, 200, 100, 200, 150]\n");
    let [fill, push] = [
        "fill(RefCell { value: [] })",
        "push(RefCell { value: [] }, 100)",
    ];
    run.tells(&[
        &format!("0 {fill} finds the await at line 19 pending"),
        &format!("0 {push} is polled"),
        &format!("0 {push}'s poll is pending"),
        &format!("0 {fill}'s poll is pending"),
        "100 timer 1 fires",
        &format!("100 {push} is woken by timer 1"),
        &format!("100 {fill} is woken by timer 1"),
        &format!("100 {fill} is polled"),
        &format!("100 {push} is polled"),
        &format!("100 {push} ends"),
        &format!("100 {fill}'s poll is pending"),
    ]);
    // The first handle is of the longer one.
    assert_eq!(
        run.causes(1),
        [Cause::Timer(1), Cause::Timer(0), Cause::End(2)]
    );
    // `run_until`, and the set as a future, are no different.
    assert_eq!(
        run.causes(4),
        [Cause::Timer(3), Cause::Timer(2), Cause::End(5)]
    );
    assert_eq!(run.causes(8), [Cause::Timer(4)]);
    assert!(run.ends().iter().all(|(_, how)| *how == End::Done));
}

#[test]
fn a_task_can_be_spawned_before_anything_is_driven() {
    let run = run("entered");
    run.prints("3\n4\n7\n3\none expression\n");
    run.tells(&[
        "main spawns add(1, 2)",
        "main spawns early",
        "early's poll is pending",
        "add(1, 2) is polled",
        "add(1, 2) ends",
        "early is woken by the end of add(1, 2)",
        "early ends",
        "main prints \"3\\n\"",
    ]);
    assert_eq!(run.recording().tasks[1].by, Some(0));
    // Through a handle, from inside.
    run.tells(&[
        "async block spawns add(3, 4)",
        "add(3, 4) ends",
        "async block is woken by the end of add(3, 4)",
        "main prints \"3\\n\"",
    ]);
}

#[test]
fn a_boxed_method_of_a_trait_is_a_call_of_the_types() {
    let run = run("entered");
    run.tells(&[
        "async block awaits dyn Future at line 54",
        "async block enters Count::run()",
        "async block arms timer 0, due in 20 ms",
        "async block leaves Count::run: it returns",
        "async block prints \"4\\n\"",
    ]);
}

#[test]
fn threads_with_a_scope_are_tasks_of_their_own() {
    let run = run("entered");
    let threads: Vec<_> = run
        .recording()
        .tasks
        .iter()
        .filter(|task| task.kind == TaskKind::Thread && task.by.is_some())
        .map(|task| (&*task.name, task.by))
        .collect();
    assert_eq!(
        threads,
        [
            ("closure", Some(0)),
            ("closure", Some(0)),
            ("|| println!(\"one expression\")", Some(0)),
        ]
    );
    run.tells(&[
        "main enters sum()",
        "closure holds its thread for 100 ms at line 36",
        "closure lets its thread go on",
        "main leaves sum: it returns",
        "main prints \"3\\n\"",
    ]);
    assert_eq!(run.count("closure ends"), 2);
}
