//! Blessing writes what a program prints into the block that shows something else, and nothing
//! else anywhere.
//!
//! Each test has a book of its own, in a folder with a space in its path.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::Arguments;
use support::{Run, run, target, trial};

/// How long a program may take, in seconds: none here takes any time.
const SECONDS: u64 = 60;

fn main() -> ExitCode {
    if let Some(code) = support::main_of_child() {
        return code;
    }
    let trials = vec![
        trial("a-chapter-edited-meanwhile-is-left", edited_meanwhile),
        trial("a-pair-is-told", pairs),
        trial("a-right-block-is-left", right_blocks),
        trial("a-variation-is-told", variations),
        trial("an-empty-block-is-filled", empty_block),
        trial("crlf-chapters-stay-crlf", crlf),
        trial("indented-blocks-stay-indented", indented_blocks),
        trial("many-blocks-of-one-chapter", many_blocks),
        trial("output-that-no-block-can-show", unshowable),
        trial("permissions-are-kept", permissions),
        trial("the-status-is-a-line", shown_status),
        trial("times-are-settled", times),
        trial("what-does-not-end-well-is-left", ends_badly),
        trial("without-the-variable-nothing", not_asked),
    ];
    let mut arguments = Arguments::from_args();
    // Each waits for processes of its own.
    arguments.test_threads.get_or_insert(trials.len());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A book with one chapter.
struct Book {
    root: PathBuf,
    _folder: tempfile::TempDir,
}

impl Book {
    fn new(chapter: &str) -> Book {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book {
            root: folder.path().join("a book"),
            _folder: folder,
        };
        book.write("book.toml", "[book]\n");
        book.write("src/SUMMARY.md", "- [One](one.md)\n");
        book.write("src/one.md", chapter);
        book.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"listings/*\"]\n",
        );
        book
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.root.join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }

    fn listing(&self, name: &str, declared: &str, main: &str) {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [package.metadata.book]\n{declared}\n"
        );
        self.write(&format!("listings/{name}/Cargo.toml"), &manifest);
        self.write(&format!("listings/{name}/src/main.rs"), main);
    }

    fn path(&self) -> PathBuf {
        self.root.join("src/one.md")
    }

    fn chapter(&self) -> String {
        fs::read_to_string(self.path()).expect("the chapter")
    }

    fn bless(&self, promise: &str) -> Run {
        let mut command = target(promise, &self.root, &self.built(), SECONDS);
        command.env("BLESS", "1");
        run(command)
    }

    /// Blesses the chapter into `wanted`, which then passes, and which blessing again leaves.
    fn becomes(&self, promise: &str, wanted: &str) {
        let first = self.bless(promise);
        assert!(first.success, "{}", first.said);
        assert_eq!(self.chapter(), wanted, "{}", first.said);
        // A block that is blessed and not touched passes.
        let second = self.bless(promise);
        assert!(second.success, "{}", second.said);
        assert_eq!(self.chapter(), wanted, "{}", second.said);
        assert!(!second.said.contains("blessed"), "{}", second.said);
    }

    /// Tries to bless the chapter, and fails without touching it.
    fn stays(&self, promise: &str, message: &str) {
        let said = self.stays_within(SECONDS, promise);
        assert!(said.contains(message), "{said}");
    }

    fn stays_within(&self, seconds: u64, promise: &str) -> String {
        let before = self.chapter();
        let mut command = target(promise, &self.root, &self.built(), seconds);
        command.env("BLESS", "1");
        let run = run(command);
        assert!(!run.success, "{}", run.said);
        assert_eq!(self.chapter(), before, "{}", run.said);
        run.said
    }

    fn built(&self) -> PathBuf {
        self.root.join("target")
    }
}

fn block(python: &str, output: &str) -> String {
    format!("```console\n$ python3 {python}\n{output}```\n")
}

fn rust_block(package: &str, output: &str) -> String {
    format!("```console\n$ cargo run -p {package}\n{output}```\n")
}

fn not_asked() {
    let book = Book::new(&block("a.py", "two\n"));
    book.write("a.py", "print('one')\n");
    for value in ["", "0"] {
        let mut command = target("python", &book.root, &book.built(), SECONDS);
        command.env("BLESS", value);
        assert!(!run(command).success);
        assert_eq!(book.chapter(), block("a.py", "two\n"));
    }
}

fn right_blocks() {
    let chapter = |output: &str| {
        format!(
            "# One\n\n{}\ntext\n\n{}\n{}\nThe end",
            block("a.py", "one\ntwo\n"),
            block("b.py", output),
            block("a.py", "one\ntwo\n"),
        )
    };
    let book = Book::new(&chapter("something\n\nelse\n"));
    book.write("a.py", "print('one\\ntwo')\n");
    book.write("b.py", "print('three\\n\\nfour ')\n");
    book.becomes("python", &chapter("three\n\nfour \n"));
}

fn shown_status() {
    // As a shell has it: 128 and the signal.
    let shown =
        |output: &str| format!("```console\n$ python3 a.py 2>&1; echo \"exit $?\"\n{output}```\n");
    let book = Book::new(&shown(""));
    book.write(
        "a.py",
        "import sys\nprint('one')\nprint('two', file=sys.stderr)\nsys.exit(3)\n",
    );
    book.becomes("python", &shown("one\ntwo\nexit 3\n"));
    if cfg!(unix) {
        book.write("a.py", "import os\nos.kill(os.getpid(), 9)\n");
        book.becomes("python", &shown("exit 137\n"));
    }
}

fn empty_block() {
    let book = Book::new(&block("a.py", ""));
    book.write("a.py", "print('one')\n");
    book.becomes("python", &block("a.py", "one\n"));
    book.write("a.py", "");
    book.becomes("python", &block("a.py", ""));
}

fn times() {
    let book = Book::new(&block("a.py", "Finished in 9.00 seconds\n"));
    book.write(
        "a.py",
        "print('Finished in 2.01 seconds')\nprint('the last in 0.30 seconds')\n",
    );
    book.becomes(
        "python",
        &block(
            "a.py",
            "Finished in 2.00 seconds\nthe last in 0.30 seconds\n",
        ),
    );
}

fn crlf() {
    let crlf = |text: String| text.replace('\n', "\r\n");
    let right = crlf(format!(
        "# One\n\n{}\nThe end\n",
        block("a.py", "one\n\ntwo\n")
    ));
    let book = Book::new(&right);
    book.write("a.py", "print('one\\n\\ntwo')\n");
    book.becomes("python", &right);
    let wrong = format!("# One\n\n{}\nThe end\n", block("a.py", "three\n"));
    book.write("src/one.md", &crlf(wrong));
    book.becomes("python", &right);
    // A sentence below the block, too.
    let pair = |below: &str| {
        crlf(format!(
            "{}\n{}{below}\nThe end\n",
            rust_block("a", "one\n"),
            block("a.py", "one\n"),
        ))
    };
    book.write("src/one.md", &pair(""));
    book.becomes("pairs", &pair("\nBoth programs print the same lines.\n"));
}

fn indented_blocks() {
    let book = Book::new("");
    book.write("a.py", "print('one\\n\\ntwo')\n");
    let (mut before, mut after) = (String::new(), String::new());
    for (wrong, right) in [
        (
            "- item\n\n  ```console\n  $ python3 a.py\n  ```\n\n  more\n",
            "- item\n\n  ```console\n  $ python3 a.py\n  one\n\n  two\n  ```\n\n  more\n",
        ),
        (
            "1. ```console\n   $ python3 a.py\n   x\n   ```\n2. more\n",
            "1. ```console\n   $ python3 a.py\n   one\n\n   two\n   ```\n2. more\n",
        ),
        (
            "> ```console\n> $ python3 a.py\n> x\n> ```\n>\n> more\n",
            "> ```console\n> $ python3 a.py\n> one\n>\n> two\n> ```\n>\n> more\n",
        ),
        (
            "  ```console\n  $ python3 a.py\n  x\n  ```\nmore\n",
            "  ```console\n  $ python3 a.py\n  one\n\n  two\n  ```\nmore\n",
        ),
        (
            "~~~~console\n$ python3 a.py\n~~~~",
            "~~~~console\n$ python3 a.py\none\n\ntwo\n~~~~",
        ),
    ] {
        before += &format!("{wrong}\n\nText.\n\n");
        after += &format!("{right}\n\nText.\n\n");
    }
    book.write("src/one.md", &before);
    book.becomes("python", &after);
}

fn many_blocks() {
    let chapter = |output: &dyn Fn(usize) -> String| -> String {
        (0..8)
            .map(|at| format!("{}\ntext {at}\n\n", block(&format!("{at}.py"), &output(at))))
            .collect()
    };
    let book = Book::new(&chapter(&|_| "wrong\n".to_owned()));
    for at in 0..8 {
        book.write(
            &format!("{at}.py"),
            &format!("for line in range({at}): print({at})\n"),
        );
    }
    book.becomes("python", &chapter(&|at| format!("{at}\n").repeat(at)));
}

fn permissions() {
    let book = Book::new(&block("a.py", "two\n"));
    book.write("a.py", "print('one')\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(0o640);
        fs::set_permissions(book.path(), mode).expect("the chapter");
        book.becomes("python", &block("a.py", "one\n"));
        let mode = fs::metadata(book.path())
            .expect("the chapter")
            .permissions();
        assert_eq!(mode.mode() & 0o777, 0o640);
        // A link to the chapter stays one.
        let elsewhere = book.root.join("elsewhere.md");
        fs::rename(book.path(), &elsewhere).expect("the chapter");
        std::os::unix::fs::symlink(&elsewhere, book.path()).expect("a link");
        book.write("a.py", "print('three')\n");
        book.becomes("python", &block("a.py", "three\n"));
        assert!(book.path().is_symlink());
    }
    let left: Vec<_> = fs::read_dir(book.root.join("src"))
        .expect("a folder")
        .flatten()
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

fn ends_badly() {
    let programs = [
        ("exits.py", "raise SystemExit(3)", "exit code 3"),
        (
            "prints.py",
            "while True: print('one')",
            "prints without end",
        ),
        (
            "garbage.py",
            "import sys; sys.stdout.buffer.write(b'one\\xff')",
            "not UTF-8",
        ),
        ("broken.py", "print('one'", "exit code 1"),
    ];
    let blocks = programs.map(|(file, _, _)| block(file, "two\n"));
    let book = Book::new(&blocks.join("\n"));
    for (file, program, _) in programs {
        book.write(file, program);
    }
    let said = book.stays_within(SECONDS, "python");
    for (_, _, message) in programs {
        assert!(said.contains(message), "{said}");
    }
    let book = Book::new(&block("a.py", "two\n"));
    book.write("a.py", "import time; time.sleep(60)\n");
    let said = book.stays_within(1, "python");
    assert!(said.contains("still running after 1 s"), "{said}");
    let book = Book::new(&rust_block("a", "two\n"));
    book.listing("a", "", "fn main() { one }\n");
    book.stays("outputs", "listing `a` does not compile");
    // A block whose end is a guess.
    let book = Book::new(&format!(
        "```console\n$ python3 a.py\n\ntext\n\n{}",
        block("a.py", "")
    ));
    book.write("a.py", "print('one')\n");
    book.stays("outputs", "this fence is left open");
    // A declaration that the output does not fit.
    let book = Book::new(&rust_block("a", "two\n"));
    book.listing(
        "a",
        "before = [[\"one\", \"two\"]]",
        "fn main() { println!(\"one\") }\n",
    );
    book.stays(
        "outputs",
        "the listing declares what its output does not have",
    );
}

fn unshowable() {
    let book = Book::new(&format!("{}\nmore\n", block("a.py", "two\n")));
    book.write("a.py", "print('one\\n```\\ntwo')\n");
    book.stays("python", "this output cannot stand in the block");
    let longer = |output: &str| format!("````console\n$ python3 a.py\n{output}````\n");
    book.write("src/one.md", &longer(""));
    book.becomes("python", &longer("one\n```\ntwo\n"));
}

fn edited_meanwhile() {
    // The program is the one who edits: while it runs, the chapter has been read and not written.
    let edit = |from: &str, to: &str| {
        format!(
            "from pathlib import Path\n\
             chapter = Path('src/one.md')\n\
             text = chapter.read_text()\n\
             chapter.write_text(text.replace('{from}', '{to}'))\n\
             print('printed')\n"
        )
    };
    let chapter = |output: &str, end: &str| format!("{}\n{end}\n", block("a.py", output));
    let message = "this block was changed while it was checked";
    // The block itself, and the number of blocks.
    for (to, wanted) in [
        ("mine\\n", chapter("mine\n", "The end")),
        (
            "documented\\n```\\n\\n```text\\n",
            format!(
                "{}\n```text\n```\n\nThe end\n",
                block("a.py", "documented\n")
            ),
        ),
    ] {
        let book = Book::new(&chapter("documented\n", "The end"));
        book.write("a.py", &edit("documented\\n", to));
        let run = book.bless("python");
        assert!(!run.success && run.said.contains(message), "{}", run.said);
        assert_eq!(book.chapter(), wanted);
    }
    // Another place of the chapter keeps its edit, and the block is blessed.
    let book = Book::new(&chapter("documented\n", "The end"));
    book.write("a.py", &edit("The end", "My end"));
    let run = book.bless("python");
    assert!(run.success, "{}", run.said);
    assert_eq!(book.chapter(), chapter("printed\n", "My end"));
}

fn variations() {
    const ANY: &str = "*Varies from run to run:* these lines may come in any order.";
    let printed = "one\ntwo\n";
    let program = "fn main() { println!(\"one\\ntwo\") }\n";
    let book = Book::new("");
    book.listing("varies", "order = \"any\"", program);
    book.listing("plain", "", program);
    let varies = |output: &str, below: &str| format!("{}{below}", rust_block("varies", output));
    let plain = |output: &str, below: &str| format!("{}{below}", rust_block("plain", output));
    // What is blessed, and into what: all blocks of one chapter at once.
    let cases = [
        // Written; below the output that is written with it, and below one that holds.
        (
            varies("", "\nText.\n"),
            varies(printed, &format!("\n{ANY}\n\nText.\n")),
        ),
        (
            varies("two\none\n", "Text.\n"),
            varies("two\none\n", &format!("\n{ANY}\n\nText.\n")),
        ),
        // Renewed, and whatever else the paragraph says is kept.
        (
            varies(
                printed,
                "\n*Varies from run to run:* `one` may be missing.\n",
            ),
            varies(printed, &format!("\n{ANY}\n")),
        ),
        (
            varies(printed, "\n*Varies from run to run:* so. Try\nit.\n"),
            varies(printed, &format!("\n{ANY} Try\nit.\n")),
        ),
        // Removed.
        (
            plain(printed, &format!("\n{ANY}\n\nText.\n")),
            plain(printed, "\nText.\n"),
        ),
        (
            plain("", &format!("\n{ANY} Text.\n")),
            plain(printed, "\nText.\n"),
        ),
        // Beside what is told of a pair.
        (
            format!(
                "{}{}\nBoth programs print the same lines.\n",
                varies(printed, "\n"),
                block("a.py", printed)
            ),
            format!(
                "{}{}\n{ANY}\n\nBoth programs print the same lines.\n",
                varies(printed, "\n"),
                block("a.py", printed)
            ),
        ),
        // In a list.
        (
            "- item\n\n  ```console\n  $ cargo run -p varies\n  ```\n\n  text\n".to_owned(),
            format!(
                "- item\n\n  ```console\n  $ cargo run -p varies\n  one\n  two\n  ```\n\n  {ANY}\n\n  text\n"
            ),
        ),
    ];
    let chapter = |wanted: bool| -> String {
        let sections = cases.iter().enumerate().map(|(at, (before, after))| {
            format!("## {at}\n\n{}\n", if wanted { after } else { before })
        });
        sections.collect()
    };
    book.write("src/one.md", &chapter(false));
    book.becomes("outputs", &chapter(true));
}

fn pairs() {
    const SAME: &str = "Both programs print the same lines.";
    const QUOTES: &str = "Both programs print the same lines, apart from the quotes.";
    let book = Book::new("");
    let pair = |rust: &str, python: &str, below: &str| {
        format!(
            "{}\n{}{below}",
            rust_block("a", rust),
            block("a.py", python)
        )
    };
    for (outputs, before, after) in [
        // Written, renewed with the author's words kept, removed.
        (("a\n", "a\n"), "\nText.\n", format!("\n{SAME}\n\nText.\n")),
        (("'a'\n", "\"a\"\n"), "", format!("\n{QUOTES}\n")),
        (
            ("'a'\n", "\"a\"\n"),
            "\nBoth programs print the same lines. Why?\n",
            format!("\n{QUOTES} Why?\n"),
        ),
        (
            ("a\n", "b\n"),
            "\nBoth programs print the same lines.\n\nText.\n",
            "\nText.\n".to_owned(),
        ),
        (
            ("a\n", "b\n"),
            "\nBoth programs print the same lines. Why?\n",
            "\nWhy?\n".to_owned(),
        ),
    ] {
        let (rust, python) = outputs;
        book.write("src/one.md", &pair(rust, python, before));
        book.becomes("pairs", &pair(rust, python, &after));
    }
    assert!(!Path::new(&book.built()).exists());
}
