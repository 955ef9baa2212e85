//! What runs beside the runtime's thread, or on several.

use recording::{Cause, Happening, TaskKind, ThreadKind};

use crate::run::{Run, run};

fn threads(run: &Run) -> Vec<ThreadKind> {
    let threads = run.recording().threads.iter();
    threads.map(|thread| thread.kind).collect()
}

/// On which threads, by their kinds, something is done for a task.
fn where_is(run: &Run, task: usize) -> Vec<ThreadKind> {
    let events = run.recording().events.iter();
    let own = events
        .filter(|event| event.task == Some(task) && !matches!(event.what, Happening::Wake { .. }));
    let mut kinds: Vec<_> = own
        .map(|event| run.recording().threads[event.thread].kind)
        .collect();
    kinds.dedup();
    kinds
}

#[test]
fn a_closure_on_the_blocking_pool_is_a_task_that_is_polled_once() {
    let run = run("spawn-blocking");
    run.prints("4\n4\n9\n");
    // One thread of the pool, or one for each closure.
    let kinds = threads(run);
    assert_eq!(kinds[0], ThreadKind::Main);
    assert!(kinds[1..].iter().all(|kind| *kind == ThreadKind::Blocking));
    assert_eq!(run.tasks(), ["main", "compute(2)", "closure", "compute(3)"]);
    for task in [1, 2, 3] {
        assert_eq!(run.recording().tasks[task].kind, TaskKind::Blocking);
        assert_eq!(where_is(run, task), [ThreadKind::Blocking]);
        // `abort` does nothing to what runs.
        assert!(run.causes(task).is_empty());
    }
    assert_eq!(run.causes(0), [Cause::End(1), Cause::End(2), Cause::End(3)]);
    run.tells(&[
        "compute(2) is polled",
        "compute(2) holds its thread for 300 ms at line 10",
        "compute(2) lets its thread go on",
        "compute(2)'s poll is ready",
        "compute(2) ends",
        "main is woken by the end of compute(2)",
        "main prints \"4\\n\"",
    ]);
    assert_eq!(run.count("compute(2) is polled"), 1);
}

#[test]
fn a_worker_that_blocks_in_place_gives_its_tasks_to_another() {
    let run = run("block-in-place");
    run.prints("meanwhile\n7\n");
    assert_eq!(
        threads(run),
        [ThreadKind::Main, ThreadKind::Worker, ThreadKind::Worker]
    );
    run.tells(&[
        "blocks() holds its thread at line 10",
        "blocks() holds its thread for 1000 ms at line 11",
        "goes_on() prints \"meanwhile\\n\"",
        "blocks() lets its thread go on",
        "blocks() lets its thread go on",
        "blocks() ends",
        "main prints \"7\\n\"",
    ]);
    let on = |task| {
        let events = run.recording().events.iter();
        let mut own = events.filter(|event| event.task == Some(task));
        own.find(|event| event.what == Happening::Poll)
            .map(|event| event.thread)
    };
    // There is one worker's place, and two threads have it in turn.
    assert_ne!(on(1), on(2));
}

#[test]
fn a_thread_of_the_programs_own_is_a_task_that_nobody_polls() {
    let run = run("thread-channel");
    run.prints("23\n");
    assert_eq!(threads(run), [ThreadKind::Main, ThreadKind::Other]);
    let thread = &run.recording().tasks[1];
    assert_eq!((thread.kind, thread.by), (TaskKind::Thread, Some(0)));
    assert_eq!(thread.name, "measure(10, Sender<u32>)");
    assert_eq!(where_is(run, 1), [ThreadKind::Other]);
    assert_eq!(run.count("measure(10, Sender<u32>) is polled"), 0);
    // Two readings, and the sender's end; fewer if the task comes late.
    let causes = run.causes(2);
    assert!(!causes.is_empty() && causes.len() <= 3, "{causes:?}");
    assert!(
        causes.iter().all(|cause| *cause == Cause::Task(1)),
        "{causes:?}"
    );
    assert_eq!(run.causes(0), [Cause::End(2)]);
    run.tells(&[
        "main spawns measure(10, Sender<u32>)",
        "measure(10, Sender<u32>) holds its thread for 400 ms at line 10",
        "measure(10, Sender<u32>) lets its thread go on",
        "measure(10, Sender<u32>) holds its thread for 400 ms at line 10",
        "measure(10, Sender<u32>) holds its thread for 400 ms at line 13",
        "measure(10, Sender<u32>) leaves measure: it returns",
    ]);
}

#[test]
fn tasks_on_two_workers_hold_their_threads_at_the_same_time() {
    let run = run("multi-thread");
    assert_eq!(run.recording().stdout(), "a\nb\n900\n");
    let mut kinds = threads(run);
    assert_eq!(kinds.remove(0), ThreadKind::Main);
    kinds.sort_by_key(|kind| format!("{kind:?}"));
    assert_eq!(
        kinds,
        [ThreadKind::Blocking, ThreadKind::Worker, ThreadKind::Worker]
    );
    // Placed by the runtime: both are on workers, in turn or not, and never on main's thread.
    assert_eq!(where_is(run, 0), [ThreadKind::Main]);
    assert_eq!(where_is(run, 1), [ThreadKind::Worker]);
    assert_eq!(where_is(run, 2), [ThreadKind::Worker]);
    assert_eq!(where_is(run, 3), [ThreadKind::Blocking]);
    let blocked = |task: usize| {
        let events = run.recording().events.iter();
        let mut own = events.filter(|event| event.task == Some(task));
        own.find_map(|event| match event.what {
            Happening::Block { ms, .. } => Some((event.thread, ms)),
            _ => None,
        })
    };
    let [a, b] = [1, 2].map(|task| blocked(task).expect("each holds its thread"));
    // Neither goes on before the other has come.
    assert_ne!(a.0, b.0);
    assert_eq!((a.1, b.1), (Some(150), Some(750)));
    run.tells(&[
        "works(\"a\", 150, Arc<Barrier>) arms timer 0, due in 150 ms",
        "works(\"a\", 150, Arc<Barrier>) is woken by timer 0",
        "works(\"a\", 150, Arc<Barrier>) ends",
        "works(\"b\", 750, Arc<Barrier>) arms timer 1, due in 750 ms",
        "works(\"b\", 750, Arc<Barrier>) is woken by timer 1",
        "main is woken by the end of works(\"b\", 750, Arc<Barrier>)",
    ]);
}
