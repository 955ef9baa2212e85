//! Streams, sockets and child processes.

use recording::{Cause, SiteKind, TaskKind};

use crate::run::run;

#[test]
fn a_stream_of_calls_makes_them_in_turn() {
    let run = run("streams");
    run.prints("100\n110\n120\n220\n130\n230\n380\nright 150\n");
    run.tells(&[
        "0 main awaits Next at line 17",
        "0 main enters nap(ms = 100)",
        "100 main leaves nap: it returns",
        "100 main prints \"100\\n\"",
        "100 main enters nap(ms = 110)",
        "210 main prints \"110\\n\"",
    ]);
}

#[test]
fn a_set_of_futures_yields_them_as_they_are_ready() {
    let run = run("streams");
    run.tells(&[
        "210 main enters nap(ms = 220)",
        "210 main enters nap(ms = 120)",
        "330 main is woken by timer 3",
        "330 main prints \"120\\n\"",
        "430 main is woken by timer 2",
        "430 main prints \"220\\n\"",
    ]);
    // Of a set of handles it is the end of the one that is ready first.
    run.tells(&[
        "430 main spawns nap(230)",
        "430 main spawns nap(130)",
        "560 main is woken by the end of nap(130)",
        "560 main prints \"130\\n\"",
        "660 main is woken by the end of nap(230)",
    ]);
}

#[test]
fn the_macros_of_the_futures_crate_poll_side_by_side() {
    let run = run("streams");
    assert_eq!(
        run.at(SiteKind::Branch, "nap(140)"),
        ["660 await nap", "660 pending", "800 resume", "800 ready"]
    );
    run.tells(&[
        "800 main resumes the await at line 10, in call 7",
        "800 main leaves nap: it returns, in call 7",
        "900 main prints \"380\\n\"",
    ]);
    // Its `select!` takes futures as they are: what loses is dropped where it stands, with main.
    run.tells(&[
        "900 main enters nap(ms = 250)",
        "900 main enters nap(ms = 150)",
        "1050 main is woken by timer 9",
        "1050 main leaves nap: it returns",
        "1050 main prints \"right 150\\n\"",
        "1050 main gives up the await at line 10",
        "1050 main leaves nap: it is dropped while it waits",
        "1050 main leaves main: it returns",
    ]);
}

#[test]
fn a_channel_as_a_stream_is_woken_by_the_sender() {
    let run = run("stream-channel");
    run.prints("10\n20\n");
    assert_eq!(run.causes(0), [Cause::Task(1), Cause::Task(1)]);
    run.tells(&[
        "0 main has items = Map<ReceiverStream<u32>, _>",
        "0 main awaits Next at line 22",
        "0 main finds the await at line 22 pending",
        "100 produce(Sender<u32>) awaits send at line 13",
        "100 main is woken by produce(Sender<u32>)",
        "100 main prints \"10\\n\"",
    ]);
}

#[test]
fn sockets_wake_by_input_and_output() {
    let run = run("tcp");
    run.prints("hello\n");
    run.tells(&[
        "main has address = 127.0.0.1:…",
        "main awaits connect at line 23",
        "echo(TcpListener) awaits accept at line 11",
        "echo(TcpListener) finds the await at line 11 pending",
        "echo(TcpListener) is woken by I/O",
        "echo(TcpListener) finds the await at line 11 ready",
        "echo(TcpListener) awaits ReadExact at line 13",
        "echo(TcpListener) finds the await at line 13 pending",
        "main awaits WriteAll at line 25",
        "main awaits ReadToString at line 27",
        "echo(TcpListener) is woken by I/O",
        "echo(TcpListener) finds the await at line 13 ready",
        "echo(TcpListener) is woken by timer 1",
        "echo(TcpListener) ends",
        "main is woken by I/O",
        "main prints \"hello\\n\"",
    ]);
    // The other side writes in a task, and yet it is the socket that wakes.
    let by_task = |cause: &Cause| matches!(cause, Cause::Task(_) | Cause::Unknown);
    assert!(!run.causes(0).iter().any(by_task));
    assert!(!run.causes(1).iter().any(by_task));
}

#[test]
fn a_child_process_wakes_by_its_end_and_its_time_is_measured() {
    let run = run("process");
    run.prints("exit status: 0\nhello\n");
    let causes = run.causes(0);
    assert!(!causes.is_empty());
    assert!(causes.iter().all(|cause| *cause == Cause::Io), "{causes:?}");
    let mut events = run.recording().events.iter();
    assert!(events.any(|event| event.measured > 0));
    // Nothing of what happens in the child is told.
    assert_eq!(run.tasks(), ["main"]);
}

#[test]
fn a_pipe_in_memory_wakes_by_whoever_writes_and_reads() {
    let run = run("files");
    run.prints("one\ntwo\nthree\ntrue\n");
    let writer = "write(DuplexStream)";
    run.tells(&[
        "main awaits next_line at line 18",
        "main finds the await at line 18 pending",
        &format!("{writer} awaits WriteAll at line 9"),
        &format!("main is woken by {writer}"),
        &format!("{writer} awaits WriteAll at line 10"),
        // The pipe is full.
        &format!("{writer} finds the await at line 10 pending"),
        &format!("{writer} is woken by main"),
        "main prints \"one\\n\"",
    ]);
    assert!(run.causes(1).iter().all(|cause| *cause == Cause::Task(0)));
}

#[test]
fn a_file_is_read_on_the_blocking_pool() {
    let run = run("files");
    run.tells(&[
        "main awaits open at line 23",
        "main spawns std_open",
        "std_open is polled",
        "std_open ends",
        "main spawns spawn_blocking_read",
        "spawn_blocking_read ends",
        "main prints \"true\\n\"",
    ]);
    // What Tokio gives to the pool itself is spawned nowhere in the program.
    for task in &run.recording().tasks[2..] {
        assert_eq!((task.kind, task.site), (TaskKind::Blocking, None));
    }
    let unknown = |cause: &Cause| matches!(cause, Cause::Unknown | Cause::Io);
    assert!(!run.causes(0).iter().any(unknown), "{:?}", run.causes(0));
}
