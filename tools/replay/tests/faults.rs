//! What is refused, and the words for it; and what a program may print without harm.

use std::fs;
use std::path::Path;

use mdbook_replay::expand::{Runs, Shown};
use mdbook_replay::steps::steps;
use recording::Damage;
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

const HEADER: &str = r#"{"recording":1,"listing":"hello","source":"src/main.rs","clock":"real","with":{},"hash":""}"#;
const SITES: &str = r#"{"site":0,"kind":"fn","fn":"main","at":[1,1,1,16],"text":"async fn main()"}
{"site":1,"kind":"stmt","fn":"main","at":[2,5,2,9],"text":"one;"}
{"site":2,"kind":"await","fn":"main","at":[3,5,3,14],"text":"two.await"}"#;
const SOURCE: &str = "async fn main() {\n    one;\n    two.await\n}\n";
const TASKS: &str = r#"{"thread":0,"kind":"main"}
{"task":0,"kind":"block_on","name":"main"}
{"task":1,"kind":"task","name":"work()","by":0,"site":1}"#;
/// The line of the first event in a recording that is put together of these.
const FIRST: usize = 8;

fn recording(events: &str) -> String {
    format!("{HEADER}\n{SITES}\n{TASKS}\n{events}\n")
}

/// A book with one listing, `hello`.
fn book(recording: Option<&str>) -> TempDir {
    let book = tempfile::tempdir().expect("a folder");
    let listing = book.path().join("listings/chapter/hello");
    fs::create_dir_all(listing.join("src")).expect("a folder");
    fs::write(listing.join("Cargo.toml"), "").expect("a file");
    fs::write(listing.join("src/main.rs"), SOURCE).expect("a file");
    if let Some(text) = recording {
        fs::write(listing.join("recording.jsonl"), text).expect("a file");
    }
    book
}

fn expand(book: &Path, chapter: &str) -> Result<String, String> {
    let expanded = Runs::of_book(book).expand("src/chapter.md", chapter);
    match expanded {
        Ok((page, _)) => Ok(page),
        Err(problem) => Err(problem.to_string()),
    }
}

fn refused(recording: Option<&str>, chapter: &str) -> String {
    let book = book(recording);
    expand(book.path(), chapter).expect_err("a fault")
}

const GOOD: &str = r#"{"t":0,"task":0,"ev":"poll"}
{"t":0,"task":0,"ev":"enter","site":0}
{"t":0,"task":0,"ev":"line","site":1}
{"t":0,"task":0,"ev":"spawn","new":1,"site":1}
{"t":0,"task":0,"ev":"leave","site":0,"how":"done"}
{"t":0,"task":0,"ev":"polled","ready":true}
{"t":0,"task":0,"ev":"end","how":"done"}
{"t":0,"task":1,"ev":"end","how":"dropped"}
{"t":0,"ev":"exit","code":0}"#;

#[test]
fn an_unknown_listing() {
    let good = recording(GOOD);
    assert_data_eq!(
        refused(Some(&good), "# Title\n\n{{#replay helo}}\n"),
        str![[r#"
src/chapter.md:3: there is no listing of this name
  expected  a folder `listings/<chapter>/helo`
  found     none
  help      closest listings recorded: hello
"#]]
    );
}

#[test]
fn a_missing_recording() {
    assert_data_eq!(
        refused(None, "{{#replay hello}}\n"),
        str![[r#"
src/chapter.md:1: there is no recording of this listing
  expected  listings/chapter/hello/recording.jsonl
  found     no such file
  help      record it: `cargo run -p recorder -- listings/chapter/hello`
"#]]
    );
}

#[test]
fn a_recording_of_another_version() {
    let old = recording(GOOD).replace("\"recording\":1", "\"recording\":7");
    assert_data_eq!(
        refused(Some(&old), "{{#replay hello}}\n"),
        str![[r#"
listings/chapter/hello/recording.jsonl:1: this recording cannot be read
  expected  version 1 of the format
  found     version 7
  wanted by src/chapter.md:1
  help      record it: `cargo run -p recorder -- listings/chapter/hello`
"#]]
    );
}

#[test]
fn a_recording_of_what_the_program_was() {
    let old = recording(GOOD).replace("\"one;\"", "\"uno;\"");
    let book = book(Some(&old));
    let (page, shown) = Runs::of_book(book.path())
        .expand("src/chapter.md", "{{#replay hello}}\n")
        .expect("a page that says so");
    assert_data_eq!(
        page,
        str![[r#"

> [!WARNING]
> The program has changed since its run was recorded. To see it run, record it: `cargo run -p recorder -- listings/chapter/hello`.


"#]]
    );
    let [warning] = &shown.warnings[..] else {
        panic!("one warning");
    };
    assert_data_eq!(
        warning.to_string(),
        str![[r#"
listings/chapter/hello/recording.jsonl:3: the program has changed since this run
  expected  what line 2 of the program is now: `one;`
  found     `uno;`
  wanted by src/chapter.md:1
  help      record it: `cargo run -p recorder -- listings/chapter/hello`
"#]]
    );
}

#[test]
fn a_damaged_recording() {
    let damaged = recording(GOOD).replace("\"ev\":\"line\"", "\"ev\":\"lime\"");
    assert_data_eq!(
        refused(Some(&damaged), "{{#replay hello}}\n"),
        str![[r#"
listings/chapter/hello/recording.jsonl:10: this recording cannot be read
  expected  an event
  found     `{"ev":"lime","site":1,"t":0,"task":0}` (unknown variant `lime`, expected one of `poll`, `polled`, `spawn`, `end`, `wake`, `enter`, `leave`, `line`, `value`, `await`, `pending`, `resume`, `ready`, `cancel`, `timer`, `fire`, `block`, `unblock`, `out`, `panic`, `more`, `exit`)
  wanted by src/chapter.md:1
  help      record it: `cargo run -p recorder -- listings/chapter/hello`
"#]]
    );
    for (text, line) in [
        ("", 1),
        ("no recording\n", 1),
        (HEADER, 1),
        (&*recording(GOOD).replace("\"site\":2", "\"site\":3"), 4),
        (&*recording(r#"{"t":0,"task":0,"ev":"poll"}"#), FIRST),
        (
            &*recording(GOOD).replace("\"ev\":\"line\",\"site\":1", "\"ev\":\"line\",\"site\":9"),
            10,
        ),
    ] {
        let fault = recording::parse(text).expect_err("a fault");
        assert_eq!(fault.line, line, "{text}");
    }
}

/// The fault of events that come after `main` is polled and has begun, and the event's line
/// counted from the first of these.
fn impossible(events: &str) -> (usize, Damage) {
    let begun = r#"{"t":0,"task":0,"ev":"poll"}
{"t":0,"task":0,"ev":"enter","site":0}"#;
    let text = recording(&format!(
        "{begun}\n{events}\n{{\"t\":9,\"ev\":\"exit\",\"code\":0}}"
    ));
    let recording = recording::parse(&text).expect("the right form");
    let fault = steps(&recording).expect_err("an impossible recording");
    (fault.line - FIRST - 1, fault)
}

#[test]
fn what_cannot_have_happened() {
    let poll = r#"{"t":0,"task":0,"ev":"poll"}"#;
    let end = r#"{"t":0,"task":0,"ev":"leave","site":0,"how":"done"}
{"t":0,"task":0,"ev":"polled","ready":true}
{"t":0,"task":0,"ev":"end","how":"done"}"#;
    let suspended = r#"{"t":0,"task":0,"ev":"await","site":2,"what":"x"}
{"t":0,"task":0,"ev":"pending","site":2}
{"t":0,"task":0,"ev":"polled","ready":false}"#;
    let timer = r#"{"t":0,"task":0,"ev":"timer","timer":0,"ms":5}"#;
    let fire = r#"{"t":5,"ev":"fire","timer":0}"#;
    for (events, line, found) in [
        (poll.to_owned(), 1, "`poll` of a task that is running"),
        (
            format!("{suspended}\n{poll}"),
            4,
            "`poll` of a task that is suspended",
        ),
        (format!("{end}\n{poll}"), 4, "`poll`"),
        (
            r#"{"t":0,"task":1,"ev":"wake","by":"self"}"#.to_owned(),
            1,
            "`wake` of work()",
        ),
        (
            r#"{"t":0,"task":1,"ev":"poll"}"#.to_owned(),
            1,
            "`poll` of work()",
        ),
        (
            format!(
                "{suspended}\n{}",
                r#"{"t":0,"task":0,"ev":"line","site":1}"#
            ),
            4,
            "`line` of a task that is suspended",
        ),
        (fire.to_owned(), 1, "timer 0"),
        (format!("{timer}\n{fire}\n{fire}"), 3, "timer 0"),
        (
            format!(
                "{timer}\n{suspended}\n{}",
                r#"{"t":0,"task":0,"ev":"wake","by":{"timer":0}}"#
            ),
            5,
            "timer 0, which has not fired",
        ),
        (
            format!(
                "{timer}\n{fire}\n{}",
                r#"{"t":4,"task":0,"ev":"line","site":1}"#
            ),
            3,
            "4 ms after 5 ms",
        ),
        (
            r#"{"t":0,"task":0,"ev":"ready","site":2}"#.to_owned(),
            1,
            "`two.await`",
        ),
        (
            r#"{"t":0,"task":0,"ev":"unblock","site":1}"#.to_owned(),
            1,
            "`unblock`",
        ),
        (r#"{"t":0,"ev":"poll"}"#.to_owned(), 1, "`poll` without one"),
        (end.to_owned(), 4, "none of work()"),
    ] {
        let (at, fault) = impossible(&events);
        assert_eq!((at, &*fault.found), (line, found), "{events}");
    }
}

#[test]
fn an_impossible_recording_stops_the_build() {
    let twice = recording(&GOOD.replacen(
        "{\"t\":0,\"task\":0,\"ev\":\"line\"",
        "{\"t\":0,\"task\":0,\"ev\":\"poll\"}\n{\"t\":0,\"task\":0,\"ev\":\"line\"",
        1,
    ));
    assert_data_eq!(
        refused(Some(&twice), "{{#replay hello}}\n"),
        str![[r#"
listings/chapter/hello/recording.jsonl:10: this recording cannot have happened
  expected  a `wake` of main before it is polled
  found     `poll` of a task that is running
  wanted by src/chapter.md:1
  help      record it: `cargo run -p recorder -- listings/chapter/hello`
"#]]
    );
}

#[test]
fn a_directive_that_cannot_be_read() {
    let good = recording(GOOD);
    for chapter in [
        "See {{#replay hello}}\n",
        "{{#replay hello}} there\n",
        "{{#replay hello\n",
    ] {
        let said = refused(Some(&good), chapter);
        assert!(
            said.contains("src/chapter.md:1: this directive cannot be read"),
            "{said}"
        );
    }
    let twice = refused(Some(&good), "{{#replay hello}}\n\n{{#replay hello}}\n");
    assert!(
        twice.contains("`hello` here and at src/chapter.md:1"),
        "{twice}"
    );
}

#[test]
fn a_directive_that_is_only_spoken_of_stays() {
    let book = book(Some(&recording(GOOD)));
    let chapter =
        "```text\n{{#replay hello}}\n```\n\nWrite `{{#replay hello}}`, or \\{{#replay hello}}.\n";
    assert_eq!(expand(book.path(), chapter).as_deref(), Ok(chapter));
    for chapter in [
        "> ```text\n> {{#replay hello}}\n> ```\n",
        "- ```text\n  {{#replay hello}}\n  ```\n",
        "````text\n```\n{{#replay hello}}\n```\n````\n",
        "```text\n\n{{#replay hello}}\n",
    ] {
        assert_eq!(expand(book.path(), chapter).as_deref(), Ok(chapter));
    }
}

/// Where code ends is for Markdown to say, and not for what looks like a fence.
#[test]
fn a_directive_below_code_is_expanded() {
    let book = book(Some(&recording(GOOD)));
    for above in [
        "- ```text\n  code\n",
        "> ```text\n> code\n",
        "<!--\n```text\n-->\n",
        "```text\n~~~\n```\n",
    ] {
        let chapter = format!("{above}\n{{{{#replay hello}}}}\n");
        let page = expand(book.path(), &chapter).expect("a page");
        assert!(page.contains("<replay-run>"), "{page}");
    }
}

/// What is said of the links in two chapters, of which the first shows the run of `hello`.
fn links(recording: &str, first: &str, second: &str) -> Result<(), String> {
    let book = book(Some(recording));
    let runs = Runs::of_book(book.path());
    let mut shown = Shown::default();
    // A link may lead to a run that comes after it.
    for (file, text) in [
        ("src/part/second.md", second),
        (
            "src/first.md",
            &*format!("# First\n\n{{{{#replay hello}}}}\n{first}\n"),
        ),
    ] {
        let (_, more) = runs.expand(file, text).expect("chapters that can be shown");
        shown.add(more).expect("each run once");
    }
    shown.check_links().map_err(|problem| problem.to_string())
}

#[test]
fn a_run_and_a_prediction_in_two_chapters() {
    let book = book(Some(&recording(GOOD)));
    let runs = Runs::of_book(book.path());
    let block = "\n```console\n$ cargo run -p hello\na\nb\n```\n";
    let refused = |text: &str| {
        let mut shown = Shown::default();
        let added = ["src/first.md", "src/second.md"].map(|file| {
            let (_, more) = runs.expand(file, text).expect("a chapter alone");
            shown.add(more).map_err(|problem| problem.to_string())
        });
        let [Ok(()), Err(problem)] = added else {
            panic!("the second is one too many: {added:?}");
        };
        problem
    };
    assert_data_eq!(
        refused("{{#replay hello}}\n"),
        str![[r#"
src/second.md:1: this run is in the book already
  expected  each run once, so that a link to one of its moments has one target
  found     `hello` here and at src/first.md:1
"#]]
    );
    assert_data_eq!(
        refused(&format!("{{{{#predict hello}}}}\n{block}")),
        str![[r#"
src/second.md:1: this prediction is in the book already
  expected  each listing's once, since the answer is remembered by its name
  found     `hello` here and at src/first.md:1
"#]]
    );
}

#[test]
fn a_link_to_no_moment() {
    assert_data_eq!(
        links(
            &recording(GOOD),
            "\nThen\n[main is\ndone](#hello@main-end).",
            ""
        )
        .expect_err("a fault"),
        str![[r#"
src/first.md:6: the run has no such moment as this link leads to
  expected  a moment of hello
  found     `#hello@main-end`
  help      closest moments: main-ends, main-polled-1, work-spawned
"#]]
    );
}

#[test]
fn a_link_to_a_run_that_is_not_there() {
    assert_data_eq!(
        links(
            &recording(GOOD),
            "",
            "# Second\n\n[Then](../first.md#helo@main-ends)."
        )
        .expect_err("a fault"),
        str![[r#"
src/part/second.md:3: no chapter shows the run that this link leads to
  expected  a listing that a chapter shows with `{{#replay LISTING}}`
  found     `../first.md#helo@main-ends`
  help      closest listings shown: hello
"#]]
    );
    assert_data_eq!(
        links(&recording(GOOD), "", "[Then](#hello@main-ends).").expect_err("a fault"),
        str![[r#"
src/part/second.md:1: the run that this link leads to is in another chapter
  expected  a link into src/first.md
  found     `#hello@main-ends`, into src/part/second.md
"#]]
    );
}

#[test]
fn links_that_are_left_alone() {
    let spoken_of = "\n```markdown\n[a](#hello@nothing)\n```\n\n`[b](#hello@nothing)`\n\n    [c](#hello@nothing)\n\n[d](https://example.org/#hello@nothing), [e](#a-heading)\n";
    let right = "[f](../first.md#hello@main-ends) [g](../first.html#hello@title) [h][i]\n\n[i]: ../first.md#hello@work-spawned\n";
    assert_eq!(links(&recording(GOOD), spoken_of, right), Ok(()));
    // By its definition a link can stand in another place than its address.
    assert!(links(&recording(GOOD), "", &right.replace("work-sp", "walk-sp")).is_err());
    let out_of_date = recording(GOOD).replace("\"one;\"", "\"uno;\"");
    assert_eq!(links(&out_of_date, "[a](#hello@nothing)", ""), Ok(()));
}

#[test]
fn anything_may_be_printed() {
    let bad = r#"</script></pre> \"{{#include x}}\" -->\n\n<!-- {{/each}}\n"#;
    let out =
        format!("{{\"t\":0,\"task\":0,\"ev\":\"out\",\"site\":1,\"fd\":1,\"text\":\"{bad}\"}}\n");
    let leave = "{\"t\":0,\"task\":0,\"ev\":\"leave\"";
    let events = GOOD.replacen(leave, &format!("{out}{leave}"), 1);
    let book = book(Some(&recording(&events)));
    let page = expand(book.path(), "{{#replay hello}}\n").expect("a page");
    assert!(!page.contains("{{"), "{page}");
    assert_eq!(page.matches("</script>").count(), 1);
    assert_eq!(page.matches("</pre>").count(), 1);
    assert!(!page.contains("<!--"));
    let block = page.trim();
    assert!(
        block.lines().all(|line| !line.trim().is_empty()),
        "no blank line in {block}"
    );
}
