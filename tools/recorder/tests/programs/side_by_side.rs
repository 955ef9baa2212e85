//! What one task polls side by side.

use recording::{Cause, End, SiteKind};

use crate::run::{run, told};

#[test]
fn the_futures_of_a_join_are_awaited_side_by_side() {
    let run = run("join");
    let recording = run.recording();
    let told = told(recording);
    assert_eq!(recording.stdout(), "100 200\nSome(\"no\")\ntrue\ntrue\n");
    let branch = |text| run.at(SiteKind::Branch, text);
    assert_eq!(
        branch("nap(100)"),
        ["0 await nap", "0 pending", "100 resume", "100 ready"],
        "{told:#?}"
    );
    assert_eq!(
        branch("spawned"),
        [
            "0 await JoinHandle",
            "0 pending",
            "100 resume",
            "100 pending",
            "200 resume",
            "200 ready"
        ],
        "{told:#?}"
    );
    // Both of a `try_join!` are polled until one fails; the call that waits for them goes on.
    assert_eq!(
        branch("succeeds()"),
        [
            "200 await succeeds",
            "200 pending",
            "300 cancel",
            "550 await succeeds",
            "550 pending",
            "650 cancel"
        ],
        "{told:#?}"
    );
    let function = |text| run.at(SiteKind::Fn, text);
    assert_eq!(
        function("async fn succeeds() -> Result<u64, String>"),
        ["200 enter", "300 dropped", "550 enter", "650 dropped"],
        "{told:#?}"
    );
    assert_eq!(
        function("async fn braced() -> bool"),
        ["550 enter", "650 done"],
        "{told:#?}"
    );
    assert_eq!(
        function("async fn both() -> Option<String>"),
        ["200 enter", "300 done"],
        "{told:#?}"
    );
    assert_eq!(
        function("async fn pair() -> (u64, u64)"),
        ["300 enter", "400 dropped"],
        "{told:#?}"
    );
    let causes = run.causes(0);
    assert!(
        matches!(
            causes[..],
            [
                Cause::Timer(_),
                Cause::End(1),
                Cause::Timer(_),
                Cause::Timer(_),
                Cause::Timer(_),
                // What yields is not what was pending first.
                Cause::Itself,
                Cause::Timer(_),
                Cause::Timer(_)
            ]
        ),
        "{causes:?} {told:#?}"
    );
}

#[test]
fn what_a_select_does_not_wait_for_is_given_up() {
    let run = run("select");
    let recording = run.recording();
    let told = told(recording);
    assert_eq!(recording.stdout(), "100\n3\ntrue\n");
    let branch = |text| run.at(SiteKind::Branch, text);
    assert_eq!(
        branch("nap(100)"),
        ["0 await nap", "0 pending", "100 resume", "100 ready"],
        "{told:#?}"
    );
    assert_eq!(
        branch("nap(60_000)"),
        ["0 await nap", "0 pending", "100 cancel"],
        "{told:#?}"
    );
    assert_eq!(run.at(SiteKind::Stmt, "winner"), ["100 line"], "{told:#?}");
    let function = |text| run.at(SiteKind::Fn, text);
    assert_eq!(
        function("async fn first() -> u64"),
        ["0 enter", "100 done"],
        "{told:#?}"
    );
    assert_eq!(
        function("async fn race()"),
        ["300 enter", "400 dropped"],
        "{told:#?}"
    );
    assert_eq!(
        run.at(SiteKind::Stmt, "sum += number"),
        ["200 line", "300 line"],
        "{told:#?}"
    );
    assert_eq!(
        branch("&mut deadline"),
        [
            "100 await sleep",
            "100 pending",
            "200 resume",
            "200 pending",
            "200 cancel",
            "200 await sleep",
            "200 pending",
            "300 resume",
            "300 pending",
            "300 cancel"
        ],
        "{told:#?}"
    );
    let causes = run.causes(0);
    assert!(
        matches!(
            causes[..],
            [
                Cause::Timer(_),
                Cause::Task(1),
                Cause::Task(1),
                Cause::Timer(_)
            ]
        ),
        "{causes:?} {told:#?}"
    );
}

#[test]
fn channels_sets_time_limits_and_aborts_have_their_causes() {
    let run = run("channels");
    let recording = run.recording();
    let told = told(recording);
    assert_eq!(recording.stdout(), "100\n3 true\n100\n200\ntrue\ntrue\n");
    let timer = |cause: &Cause| matches!(cause, Cause::Timer(_));
    let causes_of = run.causes(0);
    assert_eq!(
        causes_of[..8],
        [
            // The answer, and the end of who answered.
            Cause::Task(1),
            Cause::End(1),
            // Two numbers and a last one with the channel's end, and the end of who sent them.
            Cause::Task(2),
            Cause::Task(2),
            Cause::Task(2),
            Cause::End(2),
            // The set: whichever ends first.
            Cause::End(4),
            Cause::End(3),
        ],
        "{told:#?}"
    );
    assert!(timer(&causes_of[8]), "{told:#?}");
    assert_eq!(causes_of[9..], [Cause::End(5)], "{told:#?}");
    // A full channel: the sender waits for whoever takes a number out.
    assert_eq!(run.causes(2), [Cause::Task(0), Cause::Task(0)], "{told:#?}");
    let branch = |text| run.at(SiteKind::Branch, text);
    assert_eq!(
        branch("nap(60_000)"),
        ["0 await nap", "0 pending", "100 cancel"],
        "{told:#?}"
    );
    assert_eq!(
        run.ends(),
        [
            (1, End::Done),
            (2, End::Done),
            (4, End::Done),
            (3, End::Done),
            (5, End::Cancelled),
            (0, End::Done),
        ],
        "{told:#?}"
    );
}

#[test]
fn many_forms_of_the_macros_compile_and_do_the_same() {
    let run = run("concurrent-forms");
    let recording = run.recording();
    let printed = "5 8\n7\nSome(3) true\nticks 2\nOk(2)\n";
    assert_eq!(recording.stdout(), printed);
    let branches = recording.sites.iter();
    let branches = branches.filter(|site| site.kind == SiteKind::Branch);
    // Of four `join!` and `try_join!` 3 + 2 + 2 + 2; of three `select!`, 2 + 3 + 2.
    assert_eq!(branches.count(), 16, "{:#?}", recording.sites);
}

#[test]
fn a_select_without_biased_says_that_its_order_is_random() {
    let run = run("select-any");
    run.prints("100\ntrue\n");
    let any: Vec<_> = run
        .recording()
        .sites
        .iter()
        .filter(|site| site.kind == SiteKind::Branch)
        .map(|site| (&*site.text, site.any.map(|first| site.site - first)))
        .collect();
    assert_eq!(any.len(), 4);
    assert!(any.iter().all(|(_, behind)| behind.is_some()), "{any:?}");
    // Whichever is polled first, the shorter one is ready and the other is given up.
    let branch = |text| run.at(SiteKind::Branch, text);
    assert_eq!(
        branch("nap(100)"),
        ["0 await nap", "0 pending", "100 resume", "100 ready"]
    );
    let mut loser = branch("nap(200)");
    loser.retain(|told| *told != "100 resume" && *told != "100 pending");
    assert_eq!(loser, ["0 await nap", "0 pending", "100 cancel"]);
    // Both are given up with the call that waits for them.
    for text in ["nap(60_000)", "nap(70_000)"] {
        let told = branch(text);
        assert_eq!(told.last().map(|told| &**told), Some("210 cancel"));
    }
    assert_eq!(
        run.at(SiteKind::Fn, "async fn nap(ms: u64) -> u64").last(),
        Some(&"210 dropped".to_owned())
    );
}

#[test]
fn what_libraries_poll_side_by_side_is_told_apart_by_its_calls() {
    let run = run("combinators");
    run.prints(
        "[200, 100]\nErr(\"150 is too long\")\n[30, 20, 10]\n20\n30\n15\n50\n40\ncancelled\ntrue\n35 35\nSome(1) None\n",
    );
    // `join_all`: the shorter one, which began last, is ready first.
    run.tells(&[
        "0 main awaits JoinAll at line 42",
        "0 main enters nap(ms = 200)",
        "0 main enters nap(ms = 100)",
        "100 main is woken by timer 1",
        "100 main resumes the await at line 16, in call 1",
        "100 main finds the await at line 16 pending, in call 1",
        "100 main resumes the await at line 16",
        "100 main leaves nap: it returns",
        "200 main leaves nap: it returns",
        "200 main finds the await at line 42 ready",
    ]);
    // `try_join_all` gives up what still waits, from outside in.
    run.tells(&[
        "350 main leaves checked: it returns",
        "350 main gives up the await at line 34",
        "350 main gives up the await at line 16",
        "350 main leaves nap: it is dropped while it waits",
        "350 main leaves checked: it is dropped while it waits",
        "350 main finds the await at line 43 ready",
    ]);
    // `buffered` keeps the order and begins the third when the first is ready; `buffer_unordered`
    // when any is.
    run.tells(&[
        "370 main leaves nap: it returns",
        "380 main leaves nap: it returns",
        "380 main enters nap(ms = 10)",
        "390 main prints \"[30, 20, 10]\\n\"",
        "410 main prints \"20\\n\"",
        "410 main enters nap(ms = 15)",
        "420 main leaves nap: it returns, in call 10",
        "420 main prints \"30\\n\"",
        "425 main prints \"15\\n\"",
    ]);
}

#[test]
fn limits_sets_tokens_and_cells_have_their_causes() {
    let run = run("combinators");
    let limited = |ms: u64| format!("limited(Arc<Semaphore>, {ms})");
    run.tells(&[
        &format!("425 {} awaits acquire_owned at line 21", limited(40)),
        &format!("425 {} finds the await at line 21 pending", limited(40)),
        &format!("475 {} is woken by {}", limited(40), limited(50)),
        &format!("475 main is woken by the end of {}", limited(50)),
        // What a set shuts down is dropped where it waits.
        "515 main awaits shutdown at line 62",
        "515 nap(60000) leaves nap: it is dropped while it waits",
        "515 nap(60000) is cancelled",
        "515 main is woken by the end of nap(60000)",
    ]);
    let waits = "until_cancelled(CancellationToken)";
    run.tells(&[
        &format!("540 {waits} is woken by main"),
        &format!("540 {waits} gives up the await at line 29"),
        &format!("540 {waits} leaves nap: it is dropped while it waits"),
        &format!("540 {waits} leaves until_cancelled: it returns"),
        "540 main arms timer 16, due in 70 ms",
        "610 main is woken by timer 16",
        "610 main arms timer 17, due in 30 ms",
        "640 timer 17 fires",
        // Who fills the cell wakes who waits for it: both in one task.
        "675 main leaves nap: it returns",
        "675 main is woken by itself",
        "675 main finds the await at line 77 ready",
        "675 main finds the await at line 78 ready",
    ]);
}
