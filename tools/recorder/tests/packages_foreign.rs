//! Packages that nobody wrote for the recorder: in workspaces of their own, of any edition, in any
//! number of files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use problem::Problem;
use recorder::{Options, Recorded, record};
use recording::{Happening, Recording, TaskKind};
use tempfile::TempDir;

/// A folder's files: what is in them, and when that was last changed.
type Files = BTreeMap<PathBuf, (Vec<u8>, SystemTime)>;

fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            let changed = entry.metadata().unwrap().modified().unwrap();
            found.insert(entry.path(), (fs::read(entry.path()).unwrap(), changed));
        }
    }
    found
}

/// A copy of one of the workspaces in `packages/foreign`, outside any other; each file's text goes
/// through `change`.
fn elsewhere(name: &str, change: &dyn Fn(&Path, String) -> String) -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packages/foreign");
    let from = from.join(name);
    let into = tempfile::tempdir().unwrap();
    for path in files(&from).into_keys() {
        let to = into.path().join(path.strip_prefix(&from).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(&to, change(&path, fs::read_to_string(&path).unwrap())).unwrap();
    }
    into
}

fn as_it_is(name: &str) -> TempDir {
    elsewhere(name, &|_, text| text)
}

/// What is recorded of the packages of the street, once for all tests; the second folder holds a
/// street with line ends and file beginnings of another kind.
fn street(name: &str) -> &'static Result<Recorded, Problem> {
    static STREET: OnceLock<BTreeMap<String, Result<Recorded, Problem>>> = OnceLock::new();
    let all = STREET.get_or_init(|| {
        let street = as_it_is("street");
        fs::create_dir(street.path().join("target")).unwrap();
        let tag = street.path().join("target/CACHEDIR.TAG");
        fs::write(tag, "Signature: 8a477f597d28d172789f06886806bc55").unwrap();
        let before = files(street.path());
        let mut folders: Vec<PathBuf> = fs::read_dir(street.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.join("src/main.rs").is_file())
            .collect();
        folders.sort();
        let results = record(&folders, &Options::new());
        assert!(before == files(street.path()), "a package was changed");
        let names = folders.iter().map(|folder| {
            let name = folder.file_name().unwrap();
            name.to_str().unwrap().to_owned()
        });
        names.zip(results).collect()
    });
    &all[name]
}

fn good(name: &str) -> &'static Recorded {
    street(name)
        .as_ref()
        .unwrap_or_else(|problem| panic!("{problem}"))
}

fn refused(name: &str) -> String {
    street(name).as_ref().unwrap_err().to_string()
}

fn one(folder: &Path, options: &Options) -> Result<Recorded, Problem> {
    record(&[folder.to_owned()], options).remove(0)
}

/// The exit code, and in what the run differs from one with nothing inserted.
fn exit(recording: &Recording) -> (Option<i32>, Vec<&str>) {
    match &recording.events.last().unwrap().what {
        Happening::Exit { code, cut, differs } => {
            assert_eq!(*cut, None);
            (*code, differs.iter().map(String::as_str).collect())
        }
        other => panic!("the last event is {other:?}"),
    }
}

fn stdout(recorded: &Recorded) -> &str {
    std::str::from_utf8(&recorded.stdout).unwrap()
}

#[test]
fn a_member_of_a_workspace_with_all_that_it_has() {
    let workshop = as_it_is("workshop");
    let before = files(workshop.path());
    let options = Options {
        program: Some("app".to_owned()),
        ..Options::new()
    };
    let recorded = one(&workshop.path().join("app"), &options).unwrap();
    assert!(before == files(workshop.path()), "the package was changed");
    assert_eq!(
        stdout(&recorded),
        "app 0.3.1\nhello, größe, 2 words\nword, please true\nzwei\n0\n20 Nobody minds.\n"
    );
    let recording = &recorded.recording;
    assert_eq!(recording.stdout(), stdout(&recorded));
    assert_eq!(exit(recording), (Some(0), vec![]));
    assert_eq!(recorded.left_alone, [] as [&str; 0]);
    // The library's functions, the modules' and those of a file outside the package are told of.
    let calls: Vec<(&str, Option<&str>)> = recording
        .events
        .iter()
        .filter_map(|event| match event.what {
            Happening::Enter { site, .. } => Some(&recording.sites[site]),
            _ => None,
        })
        .map(|site| (&*site.function, site.file.as_deref()))
        .collect();
    assert_eq!(
        calls,
        [
            ("main", None),
            ("greeting", Some("src/lib.rs")),
            ("last", Some("src/inline/deep.rs")),
            ("nap", Some("../shared/common.rs")),
        ]
    );
    let names: Vec<_> = recording.tasks.iter().map(|task| &*task.name).collect();
    assert_eq!(names, ["main", "nap(20)"]);
    // The versions are those of its Cargo.lock.
    let lock = Options::new().scratch.join("app/recorded/Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap();
    assert!(
        lock.contains("name = \"itoa\"\nversion = \"1.0.14\""),
        "{lock}"
    );
}

#[test]
fn one_of_several_programs_with_its_features() {
    let workshop = as_it_is("workshop");
    let app = workshop.path().join("app");
    let said = one(&app, &Options::new()).unwrap_err().to_string();
    assert!(said.contains("this package has several programs"), "{said}");
    assert!(said.contains("app, other, special"), "{said}");
    assert!(said.contains("--bin"), "{said}");
    let named = |name: &str, features: &[&str]| Options {
        program: Some(name.to_owned()),
        features: features.iter().map(|name| (*name).to_owned()).collect(),
        default_features: features.is_empty(),
        ..Options::new()
    };
    let said = one(&app, &named("another", &[])).unwrap_err().to_string();
    assert!(said.contains("no program of that name"), "{said}");
    let said = one(&app, &named("special", &[])).unwrap_err().to_string();
    assert!(said.contains("requires the features: `loud`"), "{said}");
    let special = one(&app, &named("special", &["loud"])).unwrap();
    assert_eq!(stdout(&special), "special: WORD, PLEASE\n");
    assert_eq!(special.recording.header.source, "special.rs");
    assert_eq!(exit(&special.recording), (Some(0), vec![]));
    let other = one(&app, &named("other", &[])).unwrap();
    assert_eq!(stdout(&other), "hello, other\n");
    assert_eq!(other.recording.header.source, "src/bin/other.rs");
    let said = one(workshop.path(), &Options::new()).unwrap_err();
    assert!(said.to_string().contains("a workspace"), "{said}");
}

#[test]
fn line_ends_and_a_byte_order_mark_mean_nothing() {
    let dressed = elsewhere("workshop", &|path, text| match path
        .extension()
        .is_some_and(|end| end == "rs")
    {
        true => format!("\u{feff}{}", text.replace('\n', "\r\n")),
        false => text,
    });
    let plain = as_it_is("workshop");
    let options = Options {
        program: Some("app".to_owned()),
        ..Options::new()
    };
    let [dressed, plain] = [dressed, plain].map(|folder| {
        let recorded = one(&folder.path().join("app"), &options).unwrap();
        assert_eq!(recorded.left_alone, [] as [&str; 0]);
        recorded.recording
    });
    assert_eq!(recording::difference(&plain, &dressed), None);
    assert_eq!(plain.sites, dressed.sites);
}

#[test]
fn names_like_others_are_not_taken_for_those() {
    let recorded = good("shadows");
    assert_eq!(
        stdout(recorded),
        "> 7\n> mine\n> 60000\n> 7200000\n> 10 2\n> 3\n30\n"
    );
    assert_eq!(exit(&recorded.recording), (Some(0), vec![]));
    assert_eq!(recorded.left_alone, [] as [&str; 0]);
    // None of its own functions of that name sleeps, and what its own macro prints it prints itself.
    let told = recorded.recording.events.iter();
    let wrong =
        told.filter(|event| matches!(event.what, Happening::Block { .. } | Happening::Out { .. }));
    assert_eq!(wrong.count(), 0);
    let told = recorded.recording.events.iter();
    let timers: Vec<u64> = told
        .filter_map(|event| match event.what {
            Happening::Timer { ms, .. } => Some(ms),
            _ => None,
        })
        .collect();
    assert_eq!(timers, [1, 2, 30]);
}

#[test]
fn an_edition_from_before_async() {
    let recorded = good("first-edition");
    assert_eq!(stdout(recorded), "2 times\n");
    assert_eq!(recorded.left_alone, [] as [&str; 0]);
    assert_eq!(exit(&recorded.recording), (Some(0), vec![]));
    let files = recorded.recording.sites.iter();
    assert!(
        files
            .clone()
            .any(|site| site.file.as_deref() == Some("src/below.rs"))
    );
}

/// Tokio's own account is there without the source.
#[test]
fn a_file_that_is_not_understood_is_told_and_runs() {
    let recorded = good("old-words");
    assert_eq!(stdout(recorded), "23\n");
    assert_eq!(exit(&recorded.recording), (Some(0), vec![]));
    assert_eq!(recorded.left_alone, ["src/main.rs"]);
    assert_eq!(recorded.recording.sites, []);
    let kinds = recorded.recording.tasks.iter().map(|task| task.kind);
    assert!(kinds.eq([TaskKind::BlockOn]));
}

#[test]
fn tokio_behind_another_package() {
    let recorded = good("behind");
    assert_eq!(stdout(recorded), "20\n");
    assert!(recorded.recording.header.with.contains_key("tokio"));
    let kinds: Vec<_> = recorded
        .recording
        .tasks
        .iter()
        .map(|task| task.kind)
        .collect();
    assert_eq!(kinds, [TaskKind::Thread, TaskKind::BlockOn]);
    assert_eq!(exit(&recorded.recording), (Some(0), vec![]));
}

#[test]
fn programs_that_read_fail_or_are_ended_by_a_signal() {
    let reads = good("reads");
    assert_eq!(stdout(reads), "0 bytes\n");
    assert_eq!(exit(&reads.recording), (Some(0), vec![]));
    let fails = good("fails");
    assert_eq!(fails.recording.printed(2), "1 argument\n");
    assert_eq!(
        String::from_utf8_lossy(&fails.stderr),
        "1 argument\nError: \"this is what is wrong\"\n"
    );
    assert_eq!(exit(&fails.recording), (Some(1), vec![]));
    let killed = good("is-killed");
    assert_eq!(killed.recording.stdout(), "before\n");
    assert_eq!(exit(&killed.recording), (None, vec![]));
}

#[test]
fn a_panic_stands_in_the_packages_own_line_and_column() {
    let recorded = good("panics-elsewhere");
    // The compiler was shown other columns, and the thread has another number each time.
    assert_eq!(exit(&recorded.recording), (Some(101), vec![]));
    let panics: Vec<_> = recorded
        .recording
        .events
        .iter()
        .filter_map(|event| match event.what {
            Happening::Panic { site, .. } => Some(&recorded.recording.sites[site?]),
            _ => None,
        })
        .map(|site| (&*site.text, site.at))
        .collect();
    let place = ("numbers[index]", [2, 53, 2, 67]);
    assert_eq!(panics, [place, place]);
}

#[test]
fn what_only_the_clean_program_does_is_told() {
    let recorded = good("looks-at-itself");
    assert_eq!(
        exit(&recorded.recording),
        (Some(1), vec!["stdout", "stderr", "exit code"])
    );
    let text = recording::to_text(&recorded.recording);
    assert!(text.ends_with(
        "\"ev\":\"exit\",\"code\":1,\"differs\":[\"stdout\",\"stderr\",\"exit code\"]}\n"
    ));
}

/// What cannot run twice at once is run in turn.
#[test]
fn two_runs_are_not_in_each_others_way() {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("there");
    fs::create_dir_all(folder.path().join("src")).unwrap();
    fs::write(
        folder.path().join("Cargo.toml"),
        "[package]\nname = \"alone\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    )
    .unwrap();
    let program = format!(
        "fn main() {{
    let own = std::fs::File::create_new({lock:?});
    println!(\"{{}}\", own.is_ok());
    std::thread::sleep(std::time::Duration::from_millis(300));
    if own.is_ok() {{
        std::fs::remove_file({lock:?}).unwrap();
    }}
}}
"
    );
    fs::write(folder.path().join("src/main.rs"), program).unwrap();
    let recorded = one(folder.path(), &Options::new()).unwrap();
    assert_eq!(stdout(&recorded), "true\n");
    assert_eq!(exit(&recorded.recording), (Some(0), vec![]));
}

#[test]
fn what_does_not_compile_is_told_where_its_author_knows_it() {
    let said = refused("does-not-link");
    assert!(said.contains("this package does not compile"), "{said}");
    assert!(said.contains("does-not-link/src/inner.rs:2:23"), "{said}");
    assert!(
        said.contains("2 |     let number: u32 = \"one\";"),
        "{said}"
    );
    let said = refused("has-no-main");
    assert!(said.contains("`main` function not found"), "{said}");
    assert!(said.contains("has-no-main/src/main.rs"), "{said}");
    let said = refused("needs-the-broken");
    assert!(
        said.contains("what this package depends on does not compile"),
        "{said}"
    );
    assert!(said.contains("broken/src/lib.rs:2:5"), "{said}");
    for name in ["does-not-link", "has-no-main", "needs-the-broken"] {
        let said = refused(name);
        assert!(!said.contains("recorder_linked"), "{said}");
        assert!(!said.contains("/clean/"), "{said}");
    }
}
