//! Whole packages: what the recorder keeps of programs that end badly or not at all, and what it
//! says of packages that it cannot record.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::Duration;

use checks::process::Limits;
use problem::Problem;
use recorder::{Options, Recorded, record};
use recording::{Cause, End, Happening, How, Recording, TaskKind};

/// The packages that are built and run together, once for all tests.
const THAT_END: [&str; 6] = [
    "blocking",
    "panics",
    "without-tokio",
    "does-not-compile",
    "ends",
    "forms",
];
/// Those that run into a limit, once for all tests.
const THAT_DO_NOT: [&str; 2] = ["endless", "floods"];

fn package(name: &str) -> PathBuf {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packages");
    packages.join(name)
}

fn recorded(name: &str) -> &'static Result<Recorded, Problem> {
    type Results = OnceLock<Vec<Result<Recorded, Problem>>>;
    static END: Results = OnceLock::new();
    static DO_NOT: Results = OnceLock::new();
    let at = |names: &[&str]| names.iter().position(|known| *known == name);
    if let Some(at) = at(&THAT_END) {
        let options = Options {
            witness: true,
            ..Options::new()
        };
        return &END.get_or_init(|| record(&THAT_END.map(package), &options))[at];
    }
    let options = Options {
        limits: Limits {
            time: Duration::from_secs(2),
            output: 1 << 20,
        },
        ..Options::new()
    };
    let results = DO_NOT.get_or_init(|| record(&THAT_DO_NOT.map(package), &options));
    &results[at(&THAT_DO_NOT).expect("a package of the tests")]
}

fn run(name: &str) -> &'static Recorded {
    recorded(name)
        .as_ref()
        .unwrap_or_else(|problem| panic!("{problem}"))
}

fn exit(recording: &Recording) -> (Option<i32>, Option<&str>) {
    match &recording.events.last().unwrap().what {
        Happening::Exit { code, cut, .. } => (*code, cut.as_deref()),
        other => panic!("the last event is {other:?}"),
    }
}

fn told(recording: &Recording) -> Vec<String> {
    recording
        .events
        .iter()
        .map(|event| recording::describe(recording, event))
        .collect()
}

/// A recording can be read again, whatever the program did.
fn written(recording: &Recording) {
    let text = recording::to_text(recording);
    assert_eq!(recording::parse(&text).as_ref(), Ok(recording));
}

#[test]
fn a_program_that_panics_is_recorded_to_its_end() {
    let recording = &run("panics").recording;
    written(recording);
    assert_eq!(exit(recording), (Some(101), None));
    assert_eq!(recording.stdout(), "true\n");
    let ends: Vec<_> = recording
        .events
        .iter()
        .filter_map(|event| match event.what {
            Happening::End { how } => Some((event.task?, how)),
            _ => None,
        })
        .collect();
    assert_eq!(ends, [(1, End::Panicked), (0, End::Panicked)]);
}

#[test]
fn a_program_that_never_ends_is_cut_off_and_says_so() {
    let recording = &run("endless").recording;
    written(recording);
    assert_eq!(exit(recording), (None, Some("time limit")));
    assert_eq!(recording.stdout(), "this never ends\n");
    assert!(
        recording
            .events
            .iter()
            .any(|event| matches!(event.what, Happening::More { .. }))
    );
    assert!(recording.events.len() < 2000, "{}", recording.events.len());
}

#[test]
fn a_program_that_floods_leaves_a_short_recording() {
    let recording = &run("floods").recording;
    written(recording);
    let (code, cut) = exit(recording);
    assert_eq!(code, None);
    assert!(
        matches!(cut, Some("too much output" | "time limit")),
        "{cut:?}"
    );
    assert!(recording.events.len() < 2000, "{}", recording.events.len());
}

#[test]
fn a_package_without_tokio_is_recorded() {
    let recorded = run("without-tokio");
    let recording = &recorded.recording;
    written(recording);
    assert_eq!(exit(recording), (Some(3), None));
    assert!(!recording.header.with.contains_key("tokio"));
    assert!(
        recording
            .tasks
            .iter()
            .all(|task| task.kind == TaskKind::Thread)
    );
    let blocks: Vec<_> = recording
        .events
        .iter()
        .filter_map(|event| match event.what {
            Happening::Block { ms, .. } => Some(ms),
            _ => None,
        })
        .collect();
    assert_eq!(blocks, [Some(50), Some(50)]);
    assert_eq!(recorded.witness.as_deref(), Some(&[][..]));
}

#[test]
fn a_package_that_does_not_compile_is_told_in_the_compilers_words() {
    let problem = recorded("does-not-compile")
        .as_ref()
        .unwrap_err()
        .to_string();
    let file = package("does-not-compile").join("src/main.rs");
    assert!(
        problem.contains(&format!("{}:3:23", file.display())),
        "{problem}"
    );
    assert!(problem.contains("mismatched types"), "{problem}");
    assert!(problem.contains("let number: u32 = \"one\";"), "{problem}");
    assert!(!problem.contains("recorder_linked"), "{problem}");
}

#[test]
fn tasks_end_in_their_own_ways() {
    let recording = &run("ends").recording;
    written(recording);
    assert_eq!(exit(recording), (Some(0), None));
    assert_eq!(recording.stdout(), "true\ntrue\n300\n100\n");
    let end = |task: usize| {
        recording.events.iter().find_map(|event| match event.what {
            Happening::End { how } if event.task == Some(task) => Some(how),
            _ => None,
        })
    };
    let told = told(recording);
    let names: Vec<_> = recording
        .tasks
        .iter()
        .map(|task| (task.kind, &*task.name, end(task.task).unwrap()))
        .collect();
    assert_eq!(
        names,
        [
            (TaskKind::BlockOn, "main", End::Done),
            (TaskKind::Task, "nap(60000)", End::Cancelled),
            (TaskKind::Task, "nap(60000)", End::Dropped),
        ],
        "{told:#?}"
    );
    // The call that the timeout gave up did not return.
    let given_up = recording.events.iter().any(|event| {
        event.task == Some(0)
            && matches!(
                event.what,
                Happening::Leave {
                    how: How::Dropped,
                    ..
                }
            )
    });
    assert!(given_up, "{told:#?}");
    let causes: Vec<_> = recording
        .events
        .iter()
        .filter_map(|event| match event.what {
            Happening::Wake { by } if event.task == Some(0) => Some(by),
            _ => None,
        })
        .collect();
    assert_eq!(causes.first(), Some(&Cause::Itself), "{told:#?}");
    assert!(causes.contains(&Cause::End(1)), "{told:#?}");
    let timers: Vec<_> = recording
        .events
        .iter()
        .filter_map(|event| match event.what {
            Happening::Timer { ms, .. } => Some(ms),
            _ => None,
        })
        .collect();
    assert_eq!(
        timers,
        [60_000, 60_000, 100, 100, 200, 200, 100, 60_000],
        "{told:#?}"
    );
    // Woken by each timer but those that were given up, also where it waits in a `select!`.
    let fired = causes
        .iter()
        .filter(|cause| matches!(cause, Cause::Timer(_)))
        .count();
    assert_eq!(fired, 4, "{told:#?}");
    assert_eq!(recording.events.last().unwrap().t, 400, "{told:#?}");
}

/// On two threads, so nothing is said of the order between them.
#[test]
fn a_blocking_call_is_a_task_of_its_own() {
    let recording = &run("blocking").recording;
    written(recording);
    assert_eq!(recording.stdout(), "2\n");
    let tasks: Vec<_> = recording
        .tasks
        .iter()
        .map(|task| (task.kind, &*task.name, task.by))
        .collect();
    let expected = [
        (TaskKind::BlockOn, "main", None),
        (TaskKind::Blocking, "add(1, 1)", Some(0)),
    ];
    assert_eq!(tasks, expected);
    let ends = recording
        .events
        .iter()
        .filter(|event| matches!(event.what, Happening::End { how: End::Done }));
    assert_eq!(ends.count(), 2);
}

#[test]
fn many_forms_of_rust_compile_and_do_the_same() {
    let recorded = run("forms");
    written(&recorded.recording);
    assert_eq!(exit(&recorded.recording), (Some(0), None));
    let printed = "größe speaks 9 42\n2\n2 2 5\n12 [8, 2]\n2\nabc\n3\n1\nin a file of its own\n3\n\ttab \\ backslash \u{1f980}\n";
    assert_eq!(String::from_utf8_lossy(&recorded.stdout), printed);
    assert_eq!(recorded.recording.printed(2), "done 7\n");
    assert_eq!(recorded.left_alone, ["not_shown"]);
    let elsewhere = |site: &&recording::Site| site.file.as_deref() == Some("src/words/mod.rs");
    let elsewhere = recorded.recording.sites.iter().find(elsewhere).unwrap();
    assert_eq!(
        (&*elsewhere.text, elsewhere.at[0]),
        ("fn words() -> usize", 3)
    );
    assert_eq!(recorded.witness.as_ref(), Some(&recorded.runtime));
}

#[test]
fn what_is_inserted_changes_no_order() {
    let recorded = run("ends");
    assert_eq!(recorded.witness.as_ref(), Some(&recorded.runtime));
}

fn command(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_recorder"))
        .args(arguments)
        .output()
        .unwrap()
}

/// What the program says of arguments that it cannot record, as text.
fn refused(arguments: &[&Path]) -> String {
    let output = command(arguments);
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_good_recording_is_not_replaced_by_none() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("recording.jsonl");
    fs::write(&out, "what was there").unwrap();
    let said = refused(&[&package("no-rust"), Path::new("--out"), &out]);
    assert!(said.contains("no-rust/src/main.rs:3:3"), "{said}");
    assert!(!said.contains("recorder_linked"), "{said}");
    assert_eq!(fs::read_to_string(&out).unwrap(), "what was there");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_recording_is_written_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.jsonl");
    let output = command(&[&package("without-tokio"), Path::new("--out"), &out]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        recording::read(&out).unwrap().header.listing,
        "without-tokio"
    );
    assert!(!package("without-tokio").join("recording.jsonl").exists());
    assert!(!package("without-tokio").join("Cargo.lock").exists());
}

#[test]
fn what_another_run_may_do_in_another_order_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::copy(
        package("ends").join("Cargo.toml"),
        folder.path().join("Cargo.toml"),
    )
    .unwrap();
    let said = |other: u64| {
        let program = format!(
            "use std::time::Duration;

async fn nap(ms: u64) {{
    tokio::time::sleep(Duration::from_millis(ms)).await;
}}

#[tokio::main(flavor = \"current_thread\")]
async fn main() {{
    let first = tokio::spawn(nap(100));
    nap({other}).await;
    first.await.unwrap();
}}
"
        );
        fs::write(folder.path().join("src/main.rs"), program).unwrap();
        let output = command(&[folder.path()]);
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let warning = "another run may do this in another order: a timer of";
    let near = said(100);
    assert!(near.contains(warning), "{near}");
    let apart = said(300);
    assert!(!apart.contains(warning), "{apart}");
}

#[test]
fn arguments_and_folders_that_make_no_sense() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    assert!(refused(&[]).contains("no folder"));
    assert!(refused(&[Path::new("a"), Path::new("b")]).contains("\"b\""));
    let said = refused(&[Path::new("a"), Path::new("--out")]);
    assert!(
        said.contains("missing argument for option '--out'"),
        "{said}"
    );
    let said = refused(&["a", "--limit", "-1"].map(Path::new));
    assert!(said.contains("\"-1\""), "{said}");
    assert!(refused(&[&here.join("none")]).contains("there is no package here"));
    fs::write(here.join("Cargo.toml"), "[package]\nversion = \"1.0.0\"\n").unwrap();
    assert!(refused(&[here]).contains("this package has no name"));
    fs::write(here.join("Cargo.toml"), "[package]\nname = \"x\"\n").unwrap();
    assert!(refused(&[here]).contains("this package has no program"));
    fs::create_dir(here.join("src")).unwrap();
    fs::write(here.join("src/main.rs"), b"fn main() { \xff }").unwrap();
    assert!(refused(&[here]).contains("bytes that are not UTF-8"));
    fs::write(here.join("src/main.rs"), "fn main() {}").unwrap();
    fs::write(
        here.join("Cargo.toml"),
        "[package]\nname = \"x\"\nversion = 1\n",
    )
    .unwrap();
    assert!(refused(&[here]).contains("cargo does not build this package"));
}
