//! What real recordings become: every step of small programs, and the page of one.
//!
//! `SNAPSHOTS=overwrite cargo test -p mdbook-replay` accepts what is made now; then `git diff`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use mdbook_replay::caption::moment;
use mdbook_replay::html::Place;
use mdbook_replay::steps::{Origin, Run, steps};
use mdbook_replay::timeline::timeline;
use mdbook_replay::{expand, html, words};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use recording::Recording;
use snapbox::{assert_data_eq, file};

fn book() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/book"))
}

fn recorded(listing: &str) -> Recording {
    let file = book().join(format!("listings/{listing}/recording.jsonl"));
    let text = fs::read_to_string(file).expect("a recording of the test book");
    recording::parse(&text).expect("a good recording")
}

/// A step as a few lines of text: what the picture shows.
fn shown(run: &Run) -> String {
    let mut text = String::new();
    for step in &run.steps {
        let mark = if step.is_change { '*' } else { ' ' };
        let line = step.line.map_or("-".to_owned(), |line| line.to_string());
        let _ = writeln!(text, "{mark} {}  line {line}  @{}", moment(step.t), step.id);
        let _ = writeln!(text, "    {}", step.caption);
        for (task, lane) in step.tasks.iter().zip(&run.lanes) {
            for line in words::card(run, lane, task) {
                let _ = writeln!(text, "    {line}");
            }
        }
        for outside in &step.outside {
            let kind = if outside.is_timer {
                "timer"
            } else {
                "blocking"
            };
            let (name, left, of) = (&outside.name, outside.left, outside.of);
            let _ = writeln!(text, "    {kind} {name}: {left} of {of} ms left");
        }
        for arrow in &step.arrows {
            let from = match arrow.from {
                Origin::Timer(timer) => format!("timer {timer}"),
                Origin::Task(task) => run.lanes[task].name.clone(),
                Origin::Outside => "outside".to_owned(),
            };
            let _ = writeln!(text, "    {from} -> {}", run.lanes[arrow.to].name);
        }
        if step.wait > 0 {
            let _ = writeln!(text, "    ... {} ms", step.wait);
        }
    }
    text
}

fn run(listing: &str) -> Run {
    steps(&recorded(listing)).expect("a possible recording")
}

#[test]
fn a_run_can_be_read_beside_its_program() {
    let recording = recorded("select");
    let run = steps(&recording).expect("a possible recording");
    assert_data_eq!(
        words::words(&recording, &run),
        file!["snapshots/select-words.txt"]
    );
}

#[test]
fn example_1_blocks_its_thread() {
    assert_data_eq!(shown(&run("example-1")), file!["snapshots/example-1.txt"]);
}

#[test]
fn example_2_has_one_task() {
    assert_data_eq!(shown(&run("example-2")), file!["snapshots/example-2.txt"]);
}

#[test]
fn example_3_has_three_tasks_whose_waits_overlap() {
    let run = run("example-3");
    assert_data_eq!(shown(&run), file!["snapshots/example-3.txt"]);
    let polls = |run: &Run| {
        let mains = run
            .steps
            .iter()
            .filter(|step| step.id.starts_with("main-polled"));
        mains.count()
    };
    assert_eq!(polls(&run), 3);
}

#[test]
fn example_4_is_not_woken_by_what_it_does_not_await() {
    let run = run("example-4");
    assert_data_eq!(shown(&run), file!["snapshots/example-4.txt"]);
    let end = run.steps.iter().find(|step| step.id == "fetch-data-1-ends");
    assert!(end.is_some_and(|step| step.arrows.is_empty()));
}

#[test]
fn a_thread_stands_still_while_it_drives_a_future() {
    assert_data_eq!(
        shown(&run("runtime-by-hand")),
        file!["snapshots/runtime-by-hand.txt"]
    );
}

#[test]
fn several_threads_are_told_without_causes_that_nobody_recorded() {
    for (listing, expected) in [
        (
            "example-3-multi-thread",
            file!["snapshots/example-3-multi-thread.txt"],
        ),
        (
            "blocking-hides-work",
            file!["snapshots/blocking-hides-work.txt"],
        ),
        ("workers", file!["snapshots/workers.txt"]),
    ] {
        let run = run(listing);
        for step in &run.steps {
            for word in ["is free", "wakes nobody", "must wait"] {
                let is_said = step.caption.contains(word);
                assert!(!is_said, "{listing}@{}: {}", step.id, step.caption);
            }
        }
        assert_data_eq!(shown(&run), expected);
    }
}

#[test]
fn threads_beside_a_runtime_are_told_as_such() {
    assert_data_eq!(
        shown(&run("example-5-spawn-blocking")),
        file!["snapshots/example-5-spawn-blocking.txt"]
    );
    assert_data_eq!(
        shown(&run("thread-and-task")),
        file!["snapshots/thread-and-task.txt"]
    );
}

#[test]
fn what_is_awaited_side_by_side_has_places_of_its_own() {
    assert_data_eq!(shown(&run("join")), file!["snapshots/join.txt"]);
    assert_data_eq!(shown(&run("select")), file!["snapshots/select.txt"]);
}

/// `join_all` and streams poll several calls, and no event says which one: what is said is true of
/// the one that is named.
#[test]
fn calls_that_a_future_polls_are_told_apart_by_their_timers() {
    let run = run("join-all");
    assert_data_eq!(shown(&run), file!["snapshots/join-all.txt"]);
    let prints = run
        .steps
        .iter()
        .filter(|step| step.id.starts_with("prints-nap"));
    for step in prints {
        let numbers: Vec<_> = step.caption.chars().filter(char::is_ascii_digit).collect();
        let is_same = matches!(numbers[..], [one, other] if one == other);
        assert!(is_same, "{}", step.caption);
    }
}

/// What was once told wrongly: whom an abort ends, what a drop runs, that a paused clock jumps, that
/// one task polls others, how long a call blocks that does not say so, what a panic ends.
#[test]
fn what_is_rare_is_told_as_what_it_is() {
    for (listing, expected, said) in [
        (
            "abort",
            file!["snapshots/abort.txt"],
            "main aborts work(\"aborted\", 5000), which is to be dropped.",
        ),
        (
            "interval",
            file!["snapshots/interval.txt"],
            "main awaits interval.tick() at line 11. Its timer of 0.15 s runs, main is suspended, and the thread is free.",
        ),
        (
            "local-set",
            file!["snapshots/local-set.txt"],
            "local polls push(…, 150), which begins.",
        ),
        (
            "block-in-place",
            file!["snapshots/block-in-place.txt"],
            "blocks() calls task::block_in_place: until it returns, worker 1 polls no other task.",
        ),
        (
            "panic",
            file!["snapshots/panic.txt"],
            "The panic ends fails(100). That is what main waits for, so main is ready.",
        ),
    ] {
        let run = run(listing);
        let is_said = run.steps.iter().any(|step| step.caption == said);
        assert_data_eq!(shown(&run), expected);
        assert!(is_said, "{listing}: {said}");
    }
}

#[test]
fn a_ready_task_says_who_keeps_it_from_running_and_a_running_one_who_woke_it() {
    let run = run("example-4");
    let why = |id: &str, task: usize| {
        let step = run.steps.iter().find(|step| step.id == id);
        let why = step.expect("a step").tasks[task].why.clone();
        why.map(|why| (why.words, &*run.steps[why.step].id))
    };
    assert_eq!(
        why("fetch-data-1-spawned", 1),
        Some(("main has the thread".to_owned(), "main-polled-1"))
    );
    assert_eq!(
        why("fetch-data-1-polled-2", 1),
        Some((
            "woken by its timer".to_owned(),
            "fetch-data-1-timer-fires-1"
        ))
    );
    assert_eq!(
        why("main-polled-2", 0),
        Some((
            "woken by fetch_data(2)’s end".to_owned(),
            "fetch-data-2-ends"
        ))
    );
    assert_eq!(why("main-suspends-1", 0), None);
    let step = run.steps.iter().find(|step| step.id == "thread-sleeps-1");
    let waits = &step.expect("a step").tasks[0].waits;
    assert_eq!(waits, "fetch_data(2) → a sleep");
}

#[test]
fn a_long_poll_is_shaded_where_it_keeps_others_waiting() {
    let run = run("blocking-hides-work");
    let [hold] = &run.holds[..] else {
        panic!("one place: {:?}", run.holds);
    };
    assert_eq!((hold.task, hold.ms), (1, 1000));
    assert_eq!(hold.waiting, [2]);
    assert_eq!(run.steps[hold.from].id, "thread-blocked-1");
    assert_eq!(run.steps[hold.to].id, "thread-unblocked-1");
}

#[test]
fn what_blocks_others_says_so_in_its_own_lane() {
    let page = timeline(&run("blocking-hides-work"));
    let words = "inset-block-start: 53px\"><span>blocks </span>1 s</span>";
    assert!(page.contains(words), "{page}");
}

#[test]
fn a_threads_key_is_in_a_bar_that_has_room_for_it_or_nowhere() {
    let page = timeline(&run("example-5-spawn-blocking"));
    assert!(page.contains(">mt</span>"), "{page}");
    assert!(!page.contains(">pt1</span>"), "{page}");
}

#[test]
fn the_whole_block_of_example_3() {
    let (page, _) = expand::Runs::of_book(book())
        .expand("src/spawn.md", "before\n\n{{#replay example-3}}\n\nafter\n")
        .expect("a run");
    assert_data_eq!(page, file!["snapshots/example-3.html"]);
}

#[test]
fn the_block_survives_markdown() {
    for listing in [
        "example-1",
        "example-2",
        "example-3",
        "example-4",
        "workers",
        "select",
    ] {
        let recording = recorded(listing);
        let run = run(listing);
        let folded = Place::Folded {
            original: &run,
            changed: &[1],
        };
        for place in [Place::Open, folded] {
            let source = "fn main() {\n\n}\n";
            let page = html::page(&recording.header, &run, source, place);
            assert!(page.starts_with("<replay-run>\n"));
            assert!(page.ends_with("\n</replay-run>\n"));
            assert_eq!(html_within(&format!("Before.\n\n{page}\nAfter.\n")), page);
        }
    }
}

/// The block of example-3 as the original that it is; and as a what-if of `original`, with what is data in
/// it, each the text of a script in its place.
fn open_and_folded(original: &Run) -> (String, Vec<String>, Vec<String>) {
    let (recording, run) = (recorded("example-3"), run("example-3"));
    let page = |place| html::page(&recording.header, &run, "fn main() {}\n", place);
    let changed = &[];
    let folded = page(Place::Folded { original, changed });
    let opening = "<script type=\"application/json\" class=\"replay-live\">";
    let mut parts = folded.split(opening);
    let mut kept = vec![parts.next().expect("a beginning").to_owned()];
    let data = parts.map(|part| {
        let (data, after) = part.split_once("</script>").expect("an end");
        assert!(!data.contains(['<', '\n']), "{data}");
        kept.push(after.to_owned());
        serde_json::from_str(data).expect("JSON")
    });
    let data = data.collect();
    (page(Place::Open), kept, data)
}

#[test]
fn a_what_if_is_the_same_block_with_its_live_parts_as_data() {
    let mut at_once = run("example-3");
    for step in &mut at_once.steps {
        (step.t, step.wait) = (0, 0);
    }
    // Of an original without a clock's axis, it has no controls.
    let (open, kept, own) = open_and_folded(&at_once);
    let unfolded: String = (0..kept.len() + own.len())
        .map(|at| match at % 2 {
            0 => &*kept[at / 2],
            _ => &*own[at / 2],
        })
        .collect();
    assert_eq!(unfolded, open);

    let (_, kept_with, shared) = open_and_folded(&run("example-3"));
    assert_eq!(kept_with, kept);
    let mut copied = Vec::new();
    for (own, shared) in own.iter().zip(&shared) {
        match shared.strip_prefix('.') {
            Some(class) => {
                assert!(own.starts_with(&format!("<div class=\"{class}")), "{own}");
                copied.push(class);
            }
            None => assert_eq!(own, shared),
        }
    }
    assert_eq!(copied, ["replay-controls", "replay-settings"]);
    assert_eq!(shared.len(), 6);
}

/// The first HTML block of a chapter, as Markdown has it.
fn html_within(chapter: &str) -> String {
    let is_html = |event: &Event| {
        matches!(
            event,
            Event::Start(Tag::HtmlBlock) | Event::Html(_) | Event::End(TagEnd::HtmlBlock)
        )
    };
    let inside = Parser::new(chapter)
        .skip_while(|event| !is_html(event))
        .take_while(is_html);
    let lines = inside.filter_map(|event| match event {
        Event::Html(line) => Some(line.into_string()),
        _ => None,
    });
    lines.collect()
}

#[test]
fn no_two_moments_have_one_name() {
    for listing in [
        "example-1",
        "example-2",
        "example-3",
        "example-4",
        "workers",
        "select",
    ] {
        let run = run(listing);
        let mut ids: Vec<_> = run.steps.iter().map(|step| &step.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), run.steps.len(), "{listing}");
    }
}

/// A task that keeps the thread for half a second, up to the event with `keys`.
fn keeps_the_thread(keys: &str) -> Run {
    let text = format!(
        r#"{{"recording":1,"listing":"keeps","source":"src/main.rs","clock":"real","with":{{}},"hash":"0"}}
{{"site":0,"kind":"fn","fn":"main","at":[1,1,1,16],"text":"async fn main()"}}
{{"site":1,"kind":"stmt","fn":"main","at":[2,5,2,15],"text":"waits();"}}
{{"site":2,"kind":"stmt","fn":"main","at":[3,5,3,15],"text":"goes_on();"}}
{{"thread":0,"kind":"main"}}
{{"task":0,"kind":"block_on","name":"main"}}
{{"t":0,"task":0,"ev":"poll"}}
{{"t":0,"task":0,"ev":"enter","site":0}}
{{"t":0,"task":0,"ev":"line","site":1}}
{{"t":500,{keys},"task":0,"ev":"line","site":2}}
{{"t":500,"task":0,"ev":"leave","site":0,"how":"done"}}
{{"t":500,"task":0,"ev":"polled","ready":true}}
{{"t":500,"task":0,"ev":"end","how":"done"}}
{{"t":500,"ev":"exit","code":0}}
"#
    );
    let recording = recording::parse(&text).expect("a good recording");
    steps(&recording).expect("a possible recording")
}

/// The task has the thread all the same: another one can only see it kept.
#[test]
fn a_task_that_waits_in_a_call_does_not_compute() {
    for (keys, says) in [
        (
            r#""measured":500"#,
            "main computes for 0.5 s and keeps the thread.",
        ),
        (
            r#""measured":500,"waited":500"#,
            "main waits in a call for 0.5 s and keeps the thread.",
        ),
    ] {
        let run = keeps_the_thread(keys);
        let step = run.steps.iter().find(|step| step.id == "time-passes-1");
        let step = step.expect("a step in which time passes");
        assert_eq!(step.caption, says);
        assert_eq!(step.tasks[0].state.word(), "running");
    }
}

/// By its destructors, which nobody polls, and as long as that takes.
#[test]
fn a_task_that_is_dropped_has_the_thread() {
    let run = run("abort");
    let doing = |id: &str| {
        let step = run.steps.iter().find(|step| step.id == id);
        let task = &step.expect("a step").tasks[1];
        format!("{} {}", task.state.word(), task.place)
    };
    assert_eq!(doing("main-suspends-2"), "ready line 17");
    let drops = "running line 17 → line 11, being dropped";
    assert_eq!(doing("prints-aborted-is-dropped"), drops);
    assert_eq!(doing("work-aborted-5000-is-cancelled"), "cancelled ");
}
