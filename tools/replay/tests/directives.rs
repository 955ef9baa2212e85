//! Predictions and what-ifs: what becomes of them on a page, and the words for what is refused.

use std::fs;
use std::path::Path;

use mdbook_replay::expand::Runs;
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

/// The run of a program that prints `out` and takes `ms`.
fn recording(listing: &str, ms: u64, out: &str) -> String {
    let out = out.replace('\n', "\\n");
    format!(
        r#"{{"recording":1,"listing":"{listing}","source":"src/main.rs","clock":"real","with":{{}},"hash":""}}
{{"site":0,"kind":"fn","fn":"main","at":[1,1,1,16],"text":"async fn main()"}}
{{"site":1,"kind":"stmt","fn":"main","at":[2,5,2,9],"text":"one;"}}
{{"thread":0,"kind":"main"}}
{{"task":0,"kind":"block_on","name":"main"}}
{{"t":0,"task":0,"ev":"poll"}}
{{"t":0,"task":0,"ev":"enter","site":0}}
{{"t":{ms},"task":0,"ev":"line","site":1}}
{{"t":{ms},"task":0,"ev":"out","site":1,"fd":1,"text":"{out}"}}
{{"t":{ms},"task":0,"ev":"leave","site":0,"how":"done"}}
{{"t":{ms},"task":0,"ev":"polled","ready":true}}
{{"t":{ms},"task":0,"ev":"end","how":"done"}}
{{"t":{ms},"ev":"exit","code":0}}
"#
    )
}

fn write(book: &Path, file: &str, text: &str) {
    let file = book.join("listings/chapter").join(file);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(file, text).expect("a file");
}

/// A book with the listing `hello`, which says this below `[package.metadata.book]`, and a what-if
/// of it.
fn book(declared: &str) -> TempDir {
    let book = tempfile::tempdir().expect("a folder");
    let root = book.path();
    let table = "[package.metadata.book]\n";
    write(root, "hello/Cargo.toml", &format!("{table}{declared}"));
    write(
        root,
        "hello/src/main.rs",
        "async fn main() {\n    one;\n}\n",
    );
    write(
        root,
        "hello/recording.jsonl",
        &recording("hello", 1000, "a\nb\n"),
    );
    write(
        root,
        "hello-two/Cargo.toml",
        &format!(
            "{table}what-if = {{ of = \"hello\", change = \"add two\", watch = \"What is new.\" }}\n"
        ),
    );
    write(
        root,
        "hello-two/src/main.rs",
        "async fn main() {\n    one;\n    two;\n}\n",
    );
    write(
        root,
        "hello-two/recording.jsonl",
        &recording("hello-two", 2500, "a\nb\nc\n"),
    );
    book
}

const BLOCK: &str = "```console\n$ cargo run -p hello\na\nb\n```\n";

fn expand(book: &TempDir, chapter: &str) -> Result<String, String> {
    let expanded = Runs::of_book(book.path()).expand("src/chapter.md", chapter);
    let (page, shown) = expanded.map_err(|problem| problem.to_string())?;
    let links = shown.check_links();
    links.map_err(|problem| problem.to_string()).map(|()| page)
}

fn refused(declared: &str, chapter: &str) -> String {
    expand(&book(declared), chapter).expect_err("a fault")
}

#[test]
fn a_prediction_is_a_form_with_its_answer() {
    let page = expand(
        &book(""),
        &format!("{{{{#predict hello}}}}\n\nSo:\n\n{BLOCK}"),
    );
    assert_data_eq!(
        page.expect("a page"),
        str![[r#"

<form class="predict" id="hello@predict" data-of="hello" autocomplete="off">
<fieldset disabled>
<legend>Which of these lines comes first, which next?</legend>
<ol>
<li><label class="chip"><input type="checkbox" value="b" required><b></b><samp>b</samp></label></li>
<li><label class="chip"><input type="checkbox" value="a" required><b></b><samp>a</samp></label></li>
</ol>
</fieldset>
<p hidden><button class="chip">Compare</button> <button class="chip" type="button">Skip</button> <button class="chip" type="button">Try again</button> <output></output></p>
<details>
<summary>What it prints</summary>
<pre>a&#10;b</pre>
</details>
</form>


So:

```console,predict-hello
$ cargo run -p hello
a
b
```

"#]]
    );
}

#[test]
fn a_prediction_of_an_unknown_listing() {
    assert_data_eq!(
        refused("", "# Title\n\n{{#predict helo}}\n"),
        str![[r#"
src/chapter.md:3: there is no listing of this name
  expected  a folder `listings/<chapter>/helo`
  found     none
  help      closest listings recorded: hello, hello-two
"#]]
    );
}

#[test]
fn a_prediction_without_an_answer() {
    assert_data_eq!(
        refused(
            "",
            "{{#predict hello}}\n\n```console\n$ cargo run -p hello-two\na\n```\n"
        ),
        str![[r#"
src/chapter.md:1: nothing says what this listing prints
  expected  a console block further down that begins `$ cargo run -p hello`
  found     none in this chapter
  help      the answer is taken from that block, which the tests hold to a run
"#]]
    );
    assert_data_eq!(
        refused("", &format!("{BLOCK}\n{{{{#predict hello}}}}\n")),
        str![[r#"
src/chapter.md:7: nothing says what this listing prints
  expected  a console block further down that begins `$ cargo run -p hello`
  found     one above it, at src/chapter.md:1
  help      the answer is taken from that block, which the tests hold to a run
"#]]
    );
}

#[test]
fn two_predictions_of_one_listing() {
    assert_data_eq!(
        refused(
            "",
            &format!("{{{{#predict hello}}}}\n{{{{#predict hello}}}}\n{BLOCK}")
        ),
        str![[r#"
src/chapter.md:2: this prediction is in the book already
  expected  each listing's once, since the answer is remembered by its name
  found     `hello` here and at src/chapter.md:1
"#]]
    );
}

#[test]
fn a_prediction_of_what_varies() {
    assert_data_eq!(
        refused(
            "order = \"any\"\n",
            &format!("{{{{#predict hello}}}}\n{BLOCK}")
        ),
        str![[r#"
src/chapter.md:1: what this listing prints varies
  expected  lines that always come in the same order, or a last line with a time, as in `2.00 seconds`
  found     the block at src/chapter.md:2
  help      take the directive away, or let the program print a time at its end
"#]]
    );
}

#[test]
fn a_prediction_of_too_much_and_of_too_little() {
    let many = "```console\n$ cargo run -p hello\n1\n2\n3\n4\n5\n6\n7\n8\n9\n```\n";
    assert_data_eq!(
        refused("", &format!("{{{{#predict hello}}}}\n{many}")),
        str![[r#"
src/chapter.md:1: this listing prints too many lines to put in order
  expected  8 lines at most, or a last line with a time, as in `2.00 seconds`
  found     the block at src/chapter.md:2
  help      take the directive away, or let the program print a time at its end
"#]]
    );
    let one = "```console\n$ cargo run -p hello\n1\n```\n";
    assert_data_eq!(
        refused("", &format!("{{{{#predict hello}}}}\n{one}")),
        str![[r#"
src/chapter.md:1: there is nothing to predict
  expected  two different lines, or a last line with a time, as in `2.00 seconds`
  found     the block at src/chapter.md:2
  help      take the directive away, or let the program print a time at its end
"#]]
    );
}

#[test]
fn a_prediction_that_cannot_be_read() {
    for chapter in ["So {{#predict hello}}\n", "{{#predict hello\n"] {
        let said = refused("", chapter);
        assert!(
            said.starts_with("src/chapter.md:1: this directive cannot be read\n  expected  `{{#predict LISTING}}` alone"),
            "{said}"
        );
    }
    let spoken_of = "Write `{{#predict hello}}`.\n\n```text\n{{#predict hello}}\n```\n";
    assert_eq!(expand(&book(""), spoken_of).as_deref(), Ok(spoken_of));
}

/// What stands around the two runs.
fn around(page: &str) -> String {
    let mut inside = false;
    let lines = page.lines().filter(|line| {
        let is_edge = line.contains("replay-run>");
        inside = inside && !line.starts_with("</replay-run>") || line.starts_with("<replay-run>");
        !inside || is_edge
    });
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_what_if_is_offered_with_the_run_that_it_changes() {
    let chapter = "{{#replay hello}}\n\n[Two](#hello-two@main-ends), [all](#hello@what-if).\n";
    let page = expand(&book(""), chapter).expect("a page");
    assert_data_eq!(
        around(&page),
        str![[r#"

<div class="what-ifs" id="hello@what-if">
<fieldset class="what-if-chips">
<legend>What if</legend>
<label class="chip"><input type="radio" name="hello@what-if" autocomplete="off" checked><span>as it is</span></label>
<label class="chip"><input type="radio" name="hello@what-if" autocomplete="off" aria-describedby="hello@what-if-1"><span>add two</span></label>
</fieldset>
<replay-run>
</replay-run>
<details class="what-if">
<summary>What if: add two</summary>
<div id="hello@what-if-1">
<ul aria-label="What changes in the program">
<li><ins><code>+ two;</code></ins></li>
</ul>
<p>This run takes 2.5 s instead of 1 s and also prints “c”. <strong>Watch:</strong> What is new.</p>
</div>
<replay-run>
</replay-run>
</details>
</div>


[Two](#hello-two@main-ends), [all](#hello@what-if).

"#]]
    );
    assert_eq!(page.matches("<replay-run>").count(), 2);
    assert_eq!(page.matches("<ins>").count(), 1, "in what changes");
    let in_program = "\\u003cins>    two;\\u003c/ins>";
    assert_eq!(page.matches(in_program).count(), 1, "in the program");
    assert!(page.contains("id=\"hello-two@main-ends\""));
}

#[test]
fn what_ifs_stand_in_the_order_of_the_chapter() {
    let book = book("");
    let what_if = "[package.metadata.book]\nwhat-if = { of = \"hello\", change = \"be first\" }\n";
    write(book.path(), "hello-zero/Cargo.toml", what_if);
    write(
        book.path(),
        "hello-zero/src/main.rs",
        "async fn main() {\n    one;\n}\n",
    );
    let run = recording("hello-zero", 1000, "b\na\n");
    write(book.path(), "hello-zero/recording.jsonl", &run);
    let order = |chapter: &str| {
        let page = expand(&book, chapter).expect("a page");
        let at = |change: &str| {
            page.find(&format!("<span>{change}</span>"))
                .expect("a chip")
        };
        at("be first") < at("add two")
    };
    assert!(!order("{{#replay hello}}\n"), "by their names");
    let block = "```console\n$ cargo run -p hello-zero\n```\n";
    assert!(order(&format!("{{{{#replay hello}}}}\n\n{block}")));
}

#[test]
fn a_what_if_is_the_others_on_the_page() {
    assert_data_eq!(
        refused("", "{{#replay hello}}\n\n{{#replay hello-two}}\n"),
        str![[r#"
src/chapter.md:3: this run is in the book already
  expected  each run once, so that a link to one of its moments has one target
  found     `hello-two` here and at src/chapter.md:1
"#]]
    );
    assert_data_eq!(
        refused("", "{{#replay hello}}\n\n[Two](#hello-two@line-3).\n"),
        str![[r#"
src/chapter.md:3: the run has no such moment as this link leads to
  expected  a moment of hello-two
  found     `#hello-two@line-3`
  help      closest moments: main-ends, main-polled-1, prints-a-b-c
"#]]
    );
}

#[test]
fn a_what_if_without_a_recording() {
    let book = book("");
    let recording = "listings/chapter/hello-two/recording.jsonl";
    fs::remove_file(book.path().join(recording)).expect("it was there");
    assert_data_eq!(
        expand(&book, "{{#replay hello}}\n").expect_err("a fault"),
        str![[r#"
src/chapter.md:1: there is no recording of this listing
  expected  listings/chapter/hello-two/recording.jsonl
  found     no such file
  help      record it: `cargo run -p recorder -- listings/chapter/hello-two`
"#]]
    );
}

#[test]
fn a_what_if_that_was_edited_since() {
    let book = book("");
    let program = "async fn main() {\n    uno;\n    two;\n}\n";
    write(book.path(), "hello-two/src/main.rs", program);
    let chapter = "{{#replay hello}}\n\n[Two](#hello-two@nobody-knows).\n";
    let page = expand(&book, chapter).expect("a page");
    assert_eq!(page.matches("<replay-run>").count(), 1);
    assert!(page.contains("<p>The program has changed since its run was recorded. To see it run, record it: `cargo run -p recorder -- listings/chapter/hello-two`.</p>"));
    assert!(!page.contains("This run takes"));
}

#[test]
fn a_listing_that_cannot_be_understood() {
    assert_data_eq!(
        refused("what-if = \"hello-two\"\n", "{{#replay hello}}\n"),
        str![[r#"
listings/chapter/hello/Cargo.toml: this what-if cannot be understood
  expected  what-if = { of = "LISTING", change = "..", watch = ".." }
  found     invalid type: string "hello-two", expected struct WhatIf
"#]]
    );
    assert_data_eq!(
        refused("order = \n", "{{#replay hello}}\n"),
        str![[r#"
listings/chapter/hello/Cargo.toml:2: this file cannot be read
  expected  TOML
  found     string values must be quoted, expected literal string
"#]]
    );
    // It is nobody's who shows neither.
    assert_eq!(
        expand(&book("order = \n"), "Text.\n").as_deref(),
        Ok("Text.\n")
    );
}
