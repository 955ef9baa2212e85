//! Programs that do too much of something: their recordings are short, say what is left out, and can
//! be shown on a page.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use checks::process::Limits;
use mdbook_replay::expand::Runs;
use recorder::{Options, Recorded, record};
use recording::{Cause, Happening, Recording, SiteKind};

/// What is kept of the events at one place.
const PER_SITE: usize = 300;
/// What is kept of the tasks that one place spawns.
const PER_PLACE: usize = 60;
/// What is kept altogether.
const ALTOGETHER: usize = 10_000;

fn package(name: &str) -> PathBuf {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packages");
    packages.join(name)
}

fn recorded(names: &[&str], options: &Options) -> Vec<Recorded> {
    let folders: Vec<PathBuf> = names.iter().map(|name| package(name)).collect();
    let results = record(&folders, options).into_iter();
    results
        .map(|result| result.unwrap_or_else(|problem| panic!("{problem}")))
        .collect()
}

/// Of programs that come to an end, and of one that does not: once for all tests.
fn run(name: &str) -> &'static Recorded {
    const END: [&str; 3] = ["loops", "crowds", "prints"];
    const DO_NOT: [&str; 1] = ["ticks"];
    static RUNS: [OnceLock<Vec<Recorded>>; 2] = [OnceLock::new(), OnceLock::new()];
    let at = |names: &[&str]| names.iter().position(|known| *known == name);
    if let Some(at) = at(&END) {
        let all = RUNS[0].get_or_init(|| recorded(&END, &Options::new()));
        return &all[at];
    }
    let options = Options {
        limits: Limits {
            time: Duration::from_secs(3),
            output: 1 << 20,
        },
        ..Options::new()
    };
    let all = RUNS[1].get_or_init(|| recorded(&DO_NOT, &options));
    &all[at(&DO_NOT).expect("a package of the tests")]
}

/// The exit code, and why the recording is cut off; nothing differs.
fn exit(recording: &Recording) -> (Option<i32>, Option<&str>) {
    match &recording.events.last().unwrap().what {
        Happening::Exit { code, cut, differs } => {
            assert_eq!(differs, &[] as &[&str]);
            (*code, cut.as_deref())
        }
        other => panic!("the last event is {other:?}"),
    }
}

/// How many events at the place with this text are kept, and how many more there are.
fn at(recording: &Recording, kind: SiteKind, text: &str) -> (usize, u64) {
    let site = recording
        .sites
        .iter()
        .find(|site| site.kind == kind && site.text == text)
        .unwrap_or_else(|| panic!("no place `{text}`"));
    let mut found = (0, 0);
    for event in &recording.events {
        match event.what {
            Happening::More { site: at, count } if at == site.site => found.1 += count,
            _ if event.what.site() == Some(site.site) => found.0 += 1,
            _ => {}
        }
    }
    found
}

/// The listing's page: its run is shown, whatever it is. Its length is in bytes.
fn page(name: &str) -> String {
    let recording = &run(name).recording;
    let book = tempfile::tempdir().unwrap();
    let listing = book.path().join("listings/chapter").join(name);
    fs::create_dir_all(listing.join("src")).unwrap();
    for file in ["Cargo.toml", "src/main.rs"] {
        fs::copy(package(name).join(file), listing.join(file)).unwrap();
    }
    recording::write(&listing.join("recording.jsonl"), recording).unwrap();
    let chapter = format!("# {name}\n\n{{{{#replay {name}}}}}\n");
    let expanded = Runs::of_book(book.path()).expand("src/chapter.md", &chapter);
    let (page, _) = expanded.unwrap_or_else(|problem| panic!("{problem}"));
    page
}

fn size(recording: &Recording) -> usize {
    let text = recording::to_text(recording);
    assert_eq!(recording::parse(&text).as_ref(), Ok(recording));
    text.len()
}

#[test]
fn a_loop_of_a_hundred_million_turns() {
    let recording = &run("loops").recording;
    assert_eq!(exit(recording), (Some(0), None));
    assert_eq!(recording.stdout(), "true\n");
    // Of 99 999 700 that are left out, the last power of two is told.
    let turn = "sum = sum.wrapping_mul(31) ^ number;";
    assert_eq!(at(recording, SiteKind::Stmt, turn), (PER_SITE, 1 << 26));
    assert!(size(recording) < 20_000, "{}", size(recording));
    let page = page("loops");
    assert!(page.contains(
        "From here on line 4 is not recorded any more: at least 67108864 events there are left out."
    ));
    assert!(page.len() < 100_000, "{}", page.len());
}

#[test]
fn ten_thousand_tasks() {
    let recorded = run("crowds");
    let recording = &recorded.recording;
    assert_eq!(exit(recording), (Some(0), None));
    assert_eq!(recording.stdout(), "49995000\n");
    assert_eq!(recording.tasks.len(), 1 + PER_PLACE);
    let spawn = at(recording, SiteKind::Spawn, "spawn(nap(number))");
    assert_eq!(spawn, (PER_PLACE, 1 << 13));
    // Those that are recorded are so to their ends.
    for place in ["enter", "leave"] {
        let events = recording.events.iter();
        let of = events.filter(|event| match event.what {
            Happening::Enter { site, .. } => {
                place == "enter" && recording.sites[site].function == "nap"
            }
            Happening::Leave { site, .. } => {
                place == "leave" && recording.sites[site].function == "nap"
            }
            _ => false,
        });
        assert_eq!(of.count(), PER_PLACE, "{place}");
    }
    let ends = recording.events.iter();
    let ends = ends.filter(|event| matches!(event.what, Happening::End { .. }));
    assert_eq!(ends.count(), 1 + PER_PLACE);
    nobody_is_blamed(recording);
    assert!(size(recording) < 200_000, "{}", size(recording));
    let page = page("crowds");
    assert!(page.contains(
        "From here on what line 14 starts is not recorded any more: at least 8192 tasks are left out, with all that they do."
    ));
    assert!(page.len() < 3_000_000, "{}", page.len());
}

/// What is not recorded may have woken a task: nothing else is said to have.
fn nobody_is_blamed(recording: &Recording) {
    let first = recording
        .events
        .iter()
        .position(|event| matches!(event.what, Happening::More { .. }));
    let wrong = recording.events[first.expect("something is left out")..]
        .iter()
        .find(|event| event.what == Happening::Wake { by: Cause::Io });
    assert_eq!(wrong, None);
}

#[test]
fn a_hundred_megabytes_of_output() {
    let recorded = run("prints");
    let recording = &recorded.recording;
    assert_eq!(exit(recording), (None, Some("too much output")));
    // One print alone is longer than what is kept of all.
    let texts: Vec<usize> = recording
        .events
        .iter()
        .filter_map(|event| match &event.what {
            Happening::Out { text, .. } => Some(text.chars().count()),
            _ => None,
        })
        .collect();
    assert!(!texts.is_empty());
    assert!(texts.iter().all(|length| *length == 10_001), "{texts:?}");
    assert!(recording.stdout().ends_with("x…"));
    assert!(recorded.stdout.len() < 2 << 20, "{}", recorded.stdout.len());
    assert!(size(recording) < 100_000, "{}", size(recording));
    let page = page("prints");
    assert!(page.contains("The recording was cut off here: too much output."));
    assert!(page.len() < 400_000, "{}", page.len());
}

#[test]
fn tasks_that_never_end() {
    let recording = &run("ticks").recording;
    assert_eq!(exit(recording), (None, Some("time limit")));
    let events = recording.events.len();
    assert!(events <= ALTOGETHER, "{events}");
    let turn = "tokio::task::yield_now().await;";
    assert_eq!(at(recording, SiteKind::Stmt, turn).0, PER_SITE);
    nobody_is_blamed(recording);
    assert!(size(recording) < 600_000, "{}", size(recording));
    let page = page("ticks");
    assert!(page.contains("The recording was cut off here: time limit."));
    assert!(page.len() < 4_000_000, "{}", page.len());
}
