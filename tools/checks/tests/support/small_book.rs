//! Books with one fault that concerns a whole book, each in a folder of its own.

use std::fs;

/// A book of its own for a fault that concerns the whole book.
pub struct SmallBook {
    /// Its root.
    pub folder: tempfile::TempDir,
    /// A variable that its runs have.
    pub variable: Option<(&'static str, &'static str)>,
}

impl SmallBook {
    /// The book with one fault; none for a fault that has a chapter in the book of all.
    pub fn with(fault: &str) -> Option<SmallBook> {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |file: &str, text: &str| {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, text).expect("a file");
        };
        let listing = |at: &str, name: &str, more: &str| {
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}"
            );
            write(&format!("listings/{at}/Cargo.toml"), &manifest);
            write(&format!("listings/{at}/src/main.rs"), "fn main() {}\n");
        };
        write("book.toml", "[book]\n");
        write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"listings/*\"]\n",
        );
        write("src/SUMMARY.md", "- [One](one.md)\n");
        let program = "```rust\n{{#include ../listings/one/src/main.rs}}\n```\n";
        let block = "```console\n$ cargo run -p one\n```\n";
        // Twice, and still told once.
        write("src/one.md", &format!("{program}\n{block}\n{block}"));
        listing("one", "one", "");
        let mut variable = None;
        match fault {
            "broken-twice" => write(
                "listings/one/src/main.rs",
                "fn main() {\n    let _: u32 = true;\n}\n",
            ),
            "no-summary" => fs::remove_file(folder.path().join("src/SUMMARY.md")).expect("a file"),
            "nothing-to-check" => write("src/one.md", program),
            "python-missing" => {
                let block = "```console\n$ python3 one.py\n```\n";
                write("src/one.md", &format!("{block}\n{block}"));
                variable = Some(("PYTHON", "no-such-python"));
            }
            name if name.starts_with("error-") => error(name, &write),
            name if name.starts_with("exercise-") => exercise(name, &write, &listing),
            "two-of-one-name" => listing("two", "one", ""),
            "unknown-key" => listing("one", "one", "\n[package.metadata.book]\nordre = \"any\"\n"),
            name if name.starts_with("what-if-") => what_if(name, &write, &listing),
            _ => return None,
        }
        Some(SmallBook { folder, variable })
    }
}

/// A program that must not compile, wrong in one way.
fn error(fault: &str, write: &impl Fn(&str, &str)) {
    let program = match fault {
        "error-compiles" => "fn main() {\n    let _: u32 = 1;\n}\n",
        "error-other-reason" => "fn main() {\n    let _: u32 = one;\n}\n",
        _ => "fn main() {\n    let _: u32 = true;\n}\n",
    };
    let words = "error[E0308]: mismatched types\n --> errors/bad.rs:2:18\n  |\n2 |     let _: u32 = true;\n  |            ---   ^^^^ expected `u32`, found `bool`\n  |            |\n  |            expected due to this\n";
    write("listings/one/errors/bad.rs", program);
    match fault {
        "error-alone" => {}
        "error-other-words" => write(
            "listings/one/errors/bad.stderr",
            &words.replace("expected due to this", "expected because of this"),
        ),
        _ => write("listings/one/errors/bad.stderr", words),
    }
    let shown = match fault {
        "error-unshown" => "",
        "error-alone" => "```rust,ignore\n{{#include ../listings/one/errors/bad.rs}}\n```\n",
        _ => {
            "```rust,ignore\n{{#include ../listings/one/errors/bad.rs}}\n```\n\n```text\n{{#include ../listings/one/errors/bad.stderr}}\n```\n"
        }
    };
    let compiler = env!("CARGO_PKG_RUST_VERSION");
    let chapter = "```rust\n{{#include ../listings/one/src/main.rs}}\n```\n\n```console\n$ cargo run -p one\n```\n";
    write(
        "src/one.md",
        &format!("rustc {compiler} refuses it.\n\n{shown}\n{chapter}"),
    );
}

/// A what-if, not offered for one reason.
fn what_if(fault: &str, write: &impl Fn(&str, &str), listing: &impl Fn(&str, &str, &str)) {
    let of = match fault {
        "what-if-of-none" => "on",
        "what-if-of-what-if" => "two",
        _ => "one",
    };
    let declares = |of: &str, more: &str| {
        format!(
            "\n[package.metadata.book]\nwhat-if = {{ of = \"{of}\", change = \"try it\" }}\n{more}"
        )
    };
    let recording = match fault {
        "what-if-unrecorded" => "recording = \"one run of many\"\n",
        _ => "",
    };
    listing("two", "two", &declares("one", ""));
    listing("three", "three", &declares(of, recording));
    write("listings/two/recording.jsonl", "");
    if fault != "what-if-unrecorded" {
        write("listings/three/recording.jsonl", "");
    }
    let shown = ["one", "two", "three"].map(|name| {
        format!("```rust\n{{{{#include ../listings/{name}/src/main.rs}}}}\n```\n\n```console\n$ cargo run -p {name}\n```\n\n")
    });
    let run = match fault {
        "what-if-unshown" => "```text\n{{#replay one}}\n```\n",
        _ => "{{#replay one}}\n",
    };
    write("src/one.md", &(shown.concat() + run));
}

/// An exercise, wrong in one way.
fn exercise(fault: &str, write: &impl Fn(&str, &str), listing: &impl Fn(&str, &str, &str)) {
    listing("exercise", "one-exercise", "");
    let (given, solved) = match fault {
        "exercise-passes" => ("2", "2"),
        "exercise-unsolved" => ("1", "3"),
        "exercise-refused" => ("two", "two"),
        _ => ("1", "2"),
    };
    let program = |two: &str| {
        format!(
            "fn two() -> u32 {{\n    {two}\n}}\n\nfn main() {{\n    assert!(two() < 9);\n}}\n\n#[cfg(test)]\nmod tests;\n"
        )
    };
    let words = match fault {
        "exercise-wordless" => "",
        _ => ", \"one and one are two\"",
    };
    write("listings/exercise/src/main.rs", &program(given));
    write(
        "listings/exercise/src/tests.rs",
        &format!("#[test]\nfn two() {{\n    assert_eq!(super::two(), 2{words});\n}}\n"),
    );
    write("listings/exercise/solution.rs", &program(solved));
    let solution = match fault {
        "exercise-unshown" => "",
        _ => "```rust\n{{#include ../listings/exercise/solution.rs}}\n```\n",
    };
    let shown = |name: &str, package: &str| {
        format!(
            "```rust\n{{{{#include ../listings/{name}/src/main.rs}}}}\n```\n\n```console\n$ cargo run -p {package}\n```\n\n"
        )
    };
    write(
        "src/one.md",
        &[
            &shown("one", "one"),
            &shown("exercise", "one-exercise"),
            solution,
        ]
        .concat(),
    );
}
