//! Tokio's constructs, each in a small program: what is recorded of it is what happens.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use recorder::{Options, Recorded, record};
use recording::{Cause, End, Event, Happening, How, Recording, SiteKind};

/// The packages that are built and run together, once for all tests.
const PACKAGES: [&str; 6] = [
    "join",
    "select",
    "handles",
    "panic",
    "channels",
    "concurrent-forms",
];

fn package(name: &str) -> PathBuf {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/constructs");
    packages.join(name)
}

/// A recording that leaves nothing alone, of a program that does what it does without the recorder.
fn run(name: &str) -> &'static Recorded {
    static ALL: OnceLock<Vec<Recorded>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let options = Options {
            witness: true,
            ..Options::new()
        };
        let results = record(&PACKAGES.map(package), &options).into_iter();
        results
            .map(|result| result.unwrap_or_else(|problem| panic!("{problem}")))
            .collect()
    });
    let at = PACKAGES.iter().position(|known| *known == name);
    let recorded = &all[at.expect("a package of the tests")];
    assert_eq!(recorded.left_alone, [] as [&str; 0]);
    assert_eq!(recorded.witness.as_ref(), Some(&recorded.runtime));
    let text = recording::to_text(&recorded.recording);
    assert_eq!(recording::parse(&text).as_ref(), Ok(&recorded.recording));
    recorded
}

fn told(recording: &Recording) -> Vec<String> {
    let events = recording.events.iter();
    events
        .map(|event| format!("{} {}", event.t, recording::describe(recording, event)))
        .collect()
}

/// What happens at the places whose text is `text`, of one kind, as `time event`.
fn at(recording: &Recording, kind: SiteKind, text: &str) -> Vec<String> {
    let events = recording.events.iter();
    let here = events.filter_map(|event| {
        let site = &recording.sites[event.what.site()?];
        (site.kind == kind && site.text == text).then(|| format!("{} {}", event.t, name(event)))
    });
    here.collect()
}

fn name(event: &Event) -> String {
    match &event.what {
        Happening::Await { what, .. } => format!("await {what}"),
        Happening::Leave { how, .. } => match how {
            How::Done => "done".to_owned(),
            How::Panicked => "panicked".to_owned(),
            How::Dropped => "dropped".to_owned(),
        },
        Happening::Enter { .. } => "enter".to_owned(),
        Happening::Line { .. } => "line".to_owned(),
        Happening::Pending { .. } => "pending".to_owned(),
        Happening::Resume { .. } => "resume".to_owned(),
        Happening::Ready { .. } => "ready".to_owned(),
        Happening::Cancel { .. } => "cancel".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Why a task was woken, in order.
fn causes(recording: &Recording, task: usize) -> Vec<Cause> {
    let events = recording.events.iter();
    let wakes = events.filter_map(|event| match event.what {
        Happening::Wake { by } if event.task == Some(task) => Some(by),
        _ => None,
    });
    wakes.collect()
}

#[test]
fn the_futures_of_a_join_are_awaited_side_by_side() {
    let recording = &run("join").recording;
    let told = told(recording);
    assert_eq!(recording.stdout(), "100 200\nSome(\"no\")\ntrue\n");
    let branch = |text| at(recording, SiteKind::Branch, text);
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
        ["200 await succeeds", "200 pending", "300 cancel"],
        "{told:#?}"
    );
    let function = |text| at(recording, SiteKind::Fn, text);
    assert_eq!(
        function("async fn succeeds() -> Result<u64, String>"),
        ["200 enter", "300 dropped"],
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
    let causes = causes(recording, 0);
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
                Cause::Timer(_)
            ]
        ),
        "{causes:?} {told:#?}"
    );
}

#[test]
fn what_a_select_does_not_wait_for_is_given_up() {
    let recording = &run("select").recording;
    let told = told(recording);
    assert_eq!(recording.stdout(), "100\n3\ntrue\n");
    let branch = |text| at(recording, SiteKind::Branch, text);
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
    assert_eq!(
        at(recording, SiteKind::Stmt, "winner"),
        ["100 line"],
        "{told:#?}"
    );
    let function = |text| at(recording, SiteKind::Fn, text);
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
        at(recording, SiteKind::Stmt, "sum += number"),
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
    let causes = causes(recording, 0);
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
fn an_awaited_handle_says_whose_it_is() {
    let recording = &run("handles").recording;
    let told = told(recording);
    assert_eq!(recording.stdout(), "100\n300 ()\n100\n100\ntrue\n");
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
            ("future.await", None),
            ("aborted.await", Some(5)),
        ],
        "{told:#?}"
    );
    let causes = causes(recording, 0);
    let ends: Vec<_> = causes
        .iter()
        .filter_map(|cause| match cause {
            Cause::End(task) => Some(*task),
            _ => None,
        })
        .collect();
    assert_eq!(ends, [2, 1, 3, 4, 5], "{causes:?} {told:#?}");
}

#[test]
fn a_panic_says_what_and_where() {
    let recorded = run("panic");
    let recording = &recorded.recording;
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
                Some("nothing.expect(\"something\")")
            ),
            (
                200,
                Some(2),
                "something",
                Some("nothing.expect(\"something\")")
            ),
            (200, Some(0), "caught 1", Some("panic!(\"caught {}\", 1);")),
        ],
        "{told:#?}"
    );
    let function = |text| at(recording, SiteKind::Fn, text);
    assert_eq!(
        function("async fn beside() -> (u64, u64)"),
        ["100 enter", "200 panicked"],
        "{told:#?}"
    );
    // What stood beside it was given up; what panicked was not.
    let branch = |text| at(recording, SiteKind::Branch, text);
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
    let stderr = String::from_utf8_lossy(&recorded.stderr);
    assert!(stderr.contains("something"), "{stderr}");
}

#[test]
fn channels_sets_time_limits_and_aborts_have_their_causes() {
    let recording = &run("channels").recording;
    let told = told(recording);
    assert_eq!(recording.stdout(), "100\n3 true\n100\n200\ntrue\ntrue\n");
    let timer = |cause: &Cause| matches!(cause, Cause::Timer(_));
    let causes_of = causes(recording, 0);
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
    assert_eq!(
        causes(recording, 2),
        [Cause::Task(0), Cause::Task(0)],
        "{told:#?}"
    );
    let branch = |text| at(recording, SiteKind::Branch, text);
    assert_eq!(
        branch("nap(60_000)"),
        ["0 await nap", "0 pending", "100 cancel"],
        "{told:#?}"
    );
    let ends: Vec<_> = recording
        .events
        .iter()
        .filter_map(|event| match event.what {
            Happening::End { how } => Some((event.task?, event.t, how)),
            _ => None,
        })
        .collect();
    assert_eq!(
        ends,
        [
            (1, 200, End::Done),
            (2, 200, End::Done),
            (4, 300, End::Done),
            (3, 400, End::Done),
            (5, 500, End::Cancelled),
            (0, 500, End::Done),
        ],
        "{told:#?}"
    );
}

#[test]
fn many_forms_of_the_macros_compile_and_do_the_same() {
    let recording = &run("concurrent-forms").recording;
    let printed = "5 8\n7\nSome(3) true\nticks 2\nOk(2)\n";
    assert_eq!(recording.stdout(), printed);
    let branches = recording.sites.iter();
    let branches = branches.filter(|site| site.kind == SiteKind::Branch);
    // Of four `join!` and `try_join!` 3 + 2 + 2 + 2; of three `select!`, 2 + 3 + 2.
    assert_eq!(branches.count(), 16, "{:#?}", recording.sites);
}
