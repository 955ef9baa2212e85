//! What is added to a chapter, and what is in the archives.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use mdbook_page::foot::Foot;
use mdbook_page::package::Package;
use mdbook_page::{archive, playground, programs};
use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use zip::ZipArchive;

fn book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/book")
}

fn folder(name: &str) -> PathBuf {
    book().join("listings/greet").join(name)
}

fn listing(name: &str) -> Package {
    Package::read(&folder(name)).unwrap()
}

/// The chapter with its links, their addresses cut off.
fn offered(text: &str) -> String {
    let text = programs::offer(&book(), Path::new("src/greet.md"), text).unwrap();
    let mut parts = text.split(" href=\"");
    let mut short = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (address, rest) = part.split_once('"').unwrap();
        short += &format!(" href=\"{}..\"{rest}", &address[..12]);
    }
    short
}

#[test]
fn the_links_stand_below_the_program_and_its_twin() {
    let text = "One.

```rust
{{#include ../listings/greet/hello/src/main.rs}}
```

```python
{{#include ../listings/greet/hello/main.py}}
```

Two.
";
    let expected = "One.

```rust
{{#include ../listings/greet/hello/src/main.rs}}
```

```python
{{#include ../listings/greet/hello/main.py}}
```

<p class=\"take\"><a download=\"hello.zip\" href=\"data:applica..\">hello.zip</a> · <a href=\"https://play..\">hello in the Playground</a></p>


Two.
";
    assert_eq!(offered(text), expected);
}

#[test]
fn a_package_is_offered_once_and_from_its_first_part() {
    let part = "```rust\n{{#rustdoc_include ../listings/greet/hello/src/main.rs:body}}\n```\n";
    let text = offered(&format!("{part}\nWords.\n\n{part}"));
    assert_eq!(text.matches("class=\"take\"").count(), 1);
    assert!(text.find("class=\"take\"") < text.find("Words."));
}

#[test]
fn what_is_no_package_of_its_own_is_left_alone() {
    for text in [
        "```rust\nfn main() {}\n```\n",
        "```rust,ignore\n{{#include ../listings/greet/hello/errors/bad.rs}}\n```\n",
        "```rust\n{{#include ../listings/greet/nowhere/src/main.rs}}\n```\n",
        "```text\n{{#include ../listings/greet/hello/src/main.rs}}\n```\n",
        "    {{#include ../listings/greet/hello/src/main.rs}}\n",
    ] {
        assert_eq!(offered(text), text);
    }
}

#[test]
fn a_package_that_cannot_be_packed_is_named_with_the_reason_and_the_chapter() {
    let root = tempfile::tempdir().unwrap();
    let loose = root.path().join("listings/greet/loose");
    fs::create_dir_all(loose.join("src")).unwrap();
    let told = |manifest: &str| {
        fs::write(loose.join("Cargo.toml"), manifest).unwrap();
        let text = "```rust\n{{#include ../listings/greet/loose/src/main.rs}}\n```\n";
        fs::create_dir_all(root.path().join("src")).unwrap();
        let offered = programs::offer(root.path(), Path::new("src/greet.md"), text);
        offered.unwrap_err().to_string()
    };
    assert_eq!(
        told("[package]\nname = \"loose\"\nedition.workspace = true\n"),
        "listings/greet/loose: this package cannot be packed
  expected  a Cargo.toml with name and edition, and files that can be read
  found     its Cargo.toml gives no edition
  wanted by src/greet.md
  help      readers take this folder along, so nothing in it can come from a workspace"
    );
    // The words after that are those of the parser.
    let told = told("[package]\nname = loose\n");
    assert!(
        told.contains("\n  found     its Cargo.toml, line 2: ") && told.lines().count() == 5,
        "{told}"
    );
}

#[test]
fn an_archive_holds_the_package_and_nothing_of_the_book() {
    let packed = archive::pack(&listing("hello")).unwrap();
    assert_eq!(packed, archive::pack(&listing("hello")).unwrap());
    let mut zip = ZipArchive::new(std::io::Cursor::new(packed)).unwrap();
    let names = zip.file_names().map(|name| name.unwrap().into_owned());
    let names: Vec<String> = names.collect();
    assert_eq!(
        names,
        ["hello/Cargo.toml", "hello/main.py", "hello/src/main.rs"]
    );
    for name in names {
        let mut text = String::new();
        zip.by_name(&name)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        let file = book().join("listings/greet").join(name);
        assert_eq!(text, fs::read_to_string(file).unwrap());
    }
}

#[test]
fn an_archive_does_not_depend_on_when_its_files_were_written() {
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("hello");
    fs::create_dir_all(copy.join("src")).unwrap();
    for file in ["src/main.rs", "main.py", "Cargo.toml"] {
        fs::copy(folder("hello").join(file), copy.join(file)).unwrap();
    }
    fs::create_dir(copy.join("target")).unwrap();
    fs::write(copy.join("target/main.rs"), "no").unwrap();
    assert_eq!(
        archive::pack(&Package::read(&copy).unwrap()).unwrap(),
        archive::pack(&listing("hello")).unwrap()
    );
}

#[test]
fn the_playground_gets_the_program_and_its_edition() {
    let address = playground::link(&listing("hello")).unwrap();
    let (page, query) = address.split_once('?').unwrap();
    assert_eq!(page, "https://play.rust-lang.org/");
    let code = query.split_once("&code=").unwrap();
    assert_eq!(code.0, "version=stable&mode=debug&edition=2024");
    let program = percent_encoding::percent_decode_str(code.1)
        .decode_utf8()
        .unwrap();
    assert_eq!(
        program,
        fs::read_to_string(folder("hello").join("src/main.rs")).unwrap()
    );
}

#[test]
fn what_the_playground_cannot_run_is_not_sent_there() {
    assert_eq!(playground::link(&listing("modules")), None);
}

/// A book of two chapters, one of them in a folder, whose Cargo.lock names tokio.
fn foot_of(lock: Option<&str>) -> (Foot, tempfile::TempDir) {
    let root = tempfile::tempdir().unwrap();
    if let Some(lock) = lock {
        fs::write(root.path().join("Cargo.lock"), lock).unwrap();
    }
    let chapter = |name: &str, path: &str| {
        BookItem::Chapter(Chapter::new(name, String::new(), path, Vec::new()))
    };
    let book = Book::new_with_items(vec![
        chapter("One", "part/one.md"),
        BookItem::Separator,
        chapter("Two", "two.md"),
    ]);
    (Foot::of_book(root.path(), &book), root)
}

#[test]
fn a_page_says_what_comes_next_and_the_last_one_does_not() {
    let (foot, _root) = foot_of(None);
    let first = foot.after(Path::new("part/one.md"));
    assert!(first.contains("\n\nNext: [Two](../two.md)\n"), "{first}");
    // A `next` would be set at the right by mdBook, as its arrow is.
    assert!(first.contains("<div class=\"up-next\">"), "{first}");
    assert!(!foot.after(Path::new("two.md")).contains("Next"));
}

#[test]
fn a_page_says_what_it_was_verified_with_and_leaves_out_what_is_not_known() {
    let lock = "[[package]]\nname = \"tokio\"\nversion = \"1.2.3\"\n";
    let (foot, _root) = foot_of(Some(lock));
    let said = foot.after(Path::new("two.md"));
    assert!(said.contains("Verified with Rust 1."), "{said}");
    // The folder is no checkout.
    assert!(said.contains(" and tokio 1.2.3.</p>"), "{said}");
    let (foot, _root) = foot_of(None);
    assert!(!foot.after(Path::new("two.md")).contains("tokio"));
}
