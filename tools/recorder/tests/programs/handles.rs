//! Handles of tasks, and the ways in which tasks end.

use recording::{Cause, End, Happening, SiteKind};

use crate::run::{run, told};

#[test]
fn an_awaited_handle_says_whose_it_is() {
    let run = run("handles");
    let recording = run.recording();
    let told = told(recording);
    assert_eq!(recording.stdout(), "100\n300 ()\n100\n100\ntrue\n10\n20\n");
    let joins: Vec<_> = recording
        .events
        .iter()
        .filter_map(|event| match &event.what {
            Happening::Await { site, what, joins } if event.task == Some(0) => {
                let text = &*recording.sites[*site].text;
                (what == "JoinHandle" || joins.is_some()).then_some((text, *joins))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        joins,
        [
            ("(&mut short).await", Some(2)),
            ("long", Some(1)),
            ("start(100).await", Some(3)),
            // A generic function's: its task's end has told.
            ("future.await", Some(4)),
            ("aborted.await", Some(5)),
            ("task.await", Some(6)),
            ("task.await", Some(7)),
        ],
        "{told:#?}"
    );
    let causes = run.causes(0);
    let ends: Vec<_> = causes
        .iter()
        .filter_map(|cause| match cause {
            Cause::End(task) => Some(*task),
            _ => None,
        })
        .collect();
    assert_eq!(ends, [2, 1, 3, 4, 5, 6, 7], "{causes:?} {told:#?}");
}

#[test]
fn a_panic_says_what_and_where() {
    let run = run("panic");
    let recording = run.recording();
    let told = told(recording);
    assert_eq!(recording.stdout(), "true\ntrue\ntrue\n");
    let panics: Vec<_> = recording
        .events
        .iter()
        .filter_map(|event| match &event.what {
            Happening::Panic { site, text } => {
                let at = site.map(|site| &*recording.sites[site].text);
                Some((event.t, event.task, &**text, at))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        panics,
        [
            (
                100,
                Some(1),
                "something",
                Some("missing.expect(\"something\")")
            ),
            (
                200,
                Some(2),
                "something",
                Some("missing.expect(\"something\")")
            ),
            (200, Some(0), "caught 1", Some("panic!(\"caught {}\", 1);")),
        ],
        "{told:#?}"
    );
    let function = |text| run.at(SiteKind::Fn, text);
    assert_eq!(
        function("async fn beside() -> (u64, u64)"),
        ["100 enter", "200 panicked"],
        "{told:#?}"
    );
    // What stood beside it was given up; what panicked was not.
    let branch = |text| run.at(SiteKind::Branch, text);
    assert_eq!(
        branch("fails(100)"),
        ["100 await fails", "100 pending", "200 resume"],
        "{told:#?}"
    );
    assert_eq!(
        branch("nap(60_000)").last().map(|last| &**last),
        Some("200 cancel"),
        "{told:#?}"
    );
    // The program's own way of telling of a panic is what it was.
    let stderr = String::from_utf8_lossy(&run.recorded.stderr);
    assert!(stderr.contains("something"), "{stderr}");
}

#[test]
fn a_task_goes_on_when_its_handle_is_dropped() {
    let run = run("abort");
    run.prints("aborted is dropped\ntrue\ntrue\ndetached is done\ndetached is dropped\n");
    run.tells(&[
        "100 main is at line 27",
        "200 work(\"detached\", 200) prints \"detached is done\\n\"",
        "200 work(\"detached\", 200) ends",
        "400 timer 3 fires",
    ]);
    // Nobody waits for it.
    let by_its_end = |cause: &Cause| *cause == Cause::End(2);
    assert!(!run.causes(0).iter().any(by_its_end));
}

#[test]
fn an_aborted_task_is_dropped_where_it_waits() {
    let run = run("abort");
    run.tells(&[
        "0 work(\"aborted\", 5000) arms timer 1, due in 5000 ms",
        // `abort` tells it to run; it is dropped when its turn comes.
        "100 work(\"aborted\", 5000) is woken by main",
        "100 main awaits JoinHandle at line 28",
        "100 main's poll is pending",
        "100 work(\"aborted\", 5000) gives up the await at line 17",
        "100 work(\"aborted\", 5000) prints \"aborted is dropped\\n\"",
        "100 work(\"aborted\", 5000) leaves work: it is dropped while it waits",
        "100 work(\"aborted\", 5000) is cancelled",
        "100 main is woken by the end of work(\"aborted\", 5000)",
    ]);
    // One that was never polled has no call to leave.
    assert_eq!(run.count("work(\"never\", 100) is polled"), 0);
    assert_eq!(run.count("work(\"never\", 100) is cancelled"), 1);
    assert_eq!(
        run.ends(),
        [
            (1, End::Cancelled),
            (3, End::Cancelled),
            (2, End::Done),
            (0, End::Done)
        ]
    );
}

#[test]
fn tasks_are_dropped_when_main_returns() {
    let run = run("early-return");
    run.prints("");
    assert_eq!(
        run.ends(),
        [(0, End::Done), (1, End::Dropped), (2, End::Dropped)]
    );
    // Neither has had a turn.
    assert_eq!(run.count("main is polled"), 1);
    let polls = run.recording().events.iter();
    assert_eq!(
        polls.filter(|event| event.what == Happening::Poll).count(),
        1
    );
}
