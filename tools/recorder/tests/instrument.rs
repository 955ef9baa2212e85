//! What is inserted, in small: every line keeps its number.

use std::collections::BTreeSet;

use recorder::instrument::instrument;

/// The instrumented text, with the linked crate's name shortened to `r`.
fn text(source: &str) -> String {
    let instrumented = instrument(source, 0, &BTreeSet::new()).unwrap();
    assert_eq!(instrumented.text.lines().count(), source.lines().count());
    instrumented.text.replace("::recorder_linked::", "r::")
}

#[test]
fn statements_values_awaits_and_prints() {
    let source = "\
async fn f(n: u64) -> u64 {
    let x = g(n).await;
    println!(\"{x}\");
    x
}
";
    assert_eq!(
        text(source),
        "\
async fn f(n: u64) -> u64 { let __frame = r::enter(0, &[(\"n\", r::show!(n))]); let __call = __frame.id();
    r::line(1); let x = r::await_!(__call, 2, g(n)).await; r::value(1, \"x\", r::show!(x));
    r::line(3); r::println!(4, \"{x}\");
    r::line(5); x
}
"
    );
}

#[test]
fn an_await_among_a_macros_arguments_and_one_behind_another() {
    let source = "async fn f() {\n    println!(\"{}\", a().await.b(c().await));\n}\n";
    let a = "r::await_!(__call, 3, a()).await";
    let c = "r::await_!(__call, 4, c()).await";
    assert_eq!(
        text(source).lines().nth(1).unwrap(),
        format!("    r::line(1); r::println!(2, \"{{}}\", {a}.b({c}));")
    );
}

#[test]
fn sleeps_say_how_long() {
    let source = "use std::thread;\nfn f() {\n    thread::sleep(d);\n    tokio::time::sleep(d);\n    sleep(d);\n}\n";
    let text = text(source);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[2],
        "    r::line(1); r::unblock(2, thread::sleep(r::block(2, d)));"
    );
    assert_eq!(lines[3], "    r::line(3); tokio::time::sleep(r::asked(d));");
    assert_eq!(lines[4], "    r::line(4); sleep(d);");
}

#[test]
fn what_block_on_drives_is_wrapped() {
    let source = "\
#[tokio::main]
async fn main() -> Result<(), E> {
    f();
}
fn g() {
    runtime.block_on(h());
}
";
    let text = text(source);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[1..4],
        [
            "async fn main() -> Result<(), E> { r::driven_body::<Result<(), E>, _>(async { let __frame = r::enter(0, &[]); let __call = __frame.id();",
            "    r::line(1); f(); }).await",
            "}",
        ]
    );
    assert_eq!(
        lines[5],
        "    r::line(3); runtime.block_on(r::driven(h()));"
    );
}

#[test]
fn what_is_polled_side_by_side_is_wrapped() {
    let source = "\
async fn f() {
    tokio::join!(biased; a(), b());
    select! { Some(x) = a(), if c => g(x), _ = &mut b => {} else => (), }
    futures::join!(a(), b());
}
";
    let text = text(source);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[1..4],
        [
            "    r::line(1); tokio::join!(biased; r::branch!(__call, 2, a()), r::branch!(__call, 3, b()));",
            "    r::line(4); select! { Some(x) = r::branch!(__call, 5, a()), if c => { r::line(6); g(x) }, _ = r::branch!(__call, 7, &mut b) => {} else => { r::line(8); () }, }",
            "    r::line(9); futures::join!(r::branch!(__call, 10, a()), r::branch!(__call, 11, b()));",
        ]
    );
}

#[test]
fn branches_that_are_polled_in_random_order_say_so() {
    let source = "async fn f() {\n    select! { _ = a() => {} _ = b() => {} }\n    select! { biased; _ = a() => {} _ = b() => {} }\n    join!(a(), b());\n}\n";
    let instrumented = instrument(source, 5, &BTreeSet::new()).unwrap();
    let branches = instrumented.places.iter().enumerate();
    let any: Vec<_> = branches
        .filter(|(_, place)| place.kind == recording::SiteKind::Branch)
        .map(|(at, place)| (5 + at, place.any))
        .collect();
    assert_eq!(
        any,
        [
            (7, Some(7)),
            (8, Some(7)),
            (10, None),
            (11, None),
            (13, None),
            (14, None)
        ]
    );
}

#[test]
fn an_async_block_is_a_call_of_its_own() {
    let source = "fn f() {\n    spawn(async move { x.await });\n}\n";
    assert_eq!(
        text(source).lines().nth(1).unwrap(),
        "    r::line(1); spawn(async move { let __frame = r::enter(3, &[]); let __call = __frame.id(); r::line(4); r::await_!(__call, 5, x).await });"
    );
}

#[test]
fn what_must_stay_as_it_is_stays() {
    for source in [
        "const fn f() -> u8 {\n    let x = 1;\n    x\n}\n",
        "const X: u8 = { let y = 1; y };\n",
        "macro_rules! m {\n    () => {{ let x = 1; x }};\n}\n",
        "#!/usr/bin/env run\nstruct S;\n",
    ] {
        assert_eq!(text(source), source);
    }
}

#[test]
fn nothing_goes_into_a_function_that_is_excepted() {
    let source = "fn a() {\n    b();\n}\nfn b() {\n    c();\n}\n";
    let instrumented = instrument(source, 0, &BTreeSet::from([0])).unwrap();
    let lines: Vec<_> = instrumented.text.lines().collect();
    assert_eq!(lines[1], "    b();");
    assert_eq!(lines[4], "    ::recorder_linked::line(1); c();");
    assert_eq!(instrumented.functions(), BTreeSet::from([1]));
}

#[test]
fn places_are_where_they_are() {
    let source = "\u{feff}fn größe() {\n    for ß in 0..3 {\n        tokio::spawn(\n            nap(ß),\n        );\n    }\n}\n";
    let instrumented = instrument(source, 7, &BTreeSet::new()).unwrap();
    let told: Vec<_> = instrumented
        .places
        .iter()
        .map(|place| (&*place.text, place.at))
        .collect();
    assert_eq!(
        told,
        [
            ("fn größe()", [1, 1, 1, 11]),
            ("for ß in 0..3", [2, 5, 2, 18]),
            ("tokio::spawn(", [3, 9, 5, 11]),
            ("tokio::spawn(", [3, 9, 5, 10]),
        ]
    );
    assert_eq!(instrumented.places[3].argument.as_deref(), Some("nap(ß)"));
    assert!(instrumented.text.contains("enter(7, "));
}

#[test]
fn a_byte_of_the_new_text_is_found_in_the_old() {
    let source = "fn a() {\n    b();\n}\n";
    let instrumented = instrument(source, 0, &BTreeSet::new()).unwrap();
    let at = |what: &str| instrumented.text.find(what).unwrap();
    assert_eq!(
        instrumented.origin(at("b();")),
        (source.find("b();").unwrap(), None)
    );
    assert_eq!(
        instrumented.origin(at("line(")),
        (source.find("b();").unwrap(), Some(0))
    );
    assert_eq!(instrumented.origin(0), (0, None));
}

#[test]
fn what_is_no_rust_is_refused() {
    assert!(instrument("fn main( {", 0, &BTreeSet::new()).is_err());
}
