//! The program of a rust fence, as the one file that skeptic compiles.
//!
//! mdBook's includes are expanded and its hidden lines shown. A listing may have several files: a
//! module that an included file declares, and that has a file beside it, stands in the place of its
//! declaration; a fence that shows such a module stands for the listing's whole program.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::book::{Chapter, slashes};
use crate::fence::Fence;
use crate::include::{self, Include, Part};

/// The file that declares a listing's modules.
const MAIN: &str = "main.rs";

static SOURCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[^\s']*rust-skeptic[^\s/\\]*[/\\]test\.rs:(?<line>\d+)").expect("a valid pattern")
});
static DECLARATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?<head>(?:pub )?mod (?<name>\w+));$").expect("a valid pattern")
});

/// The whole program of a fence.
pub(crate) struct Program {
    /// What rustc is to compile.
    pub text: String,
    /// Where each line of the text stands: `chapter:line`, or that of an included file.
    places: Vec<String>,
}

impl Program {
    /// None where an include cannot be expanded.
    pub(crate) fn of(chapter: &Chapter, fence: &Fence) -> Option<Program> {
        let mut program = Program {
            text: String::new(),
            places: Vec::new(),
        };
        if let Some(main) = main_of_module(chapter, fence) {
            program.add_include(&main, chapter)?;
            return Some(program);
        }
        for (number, line) in (fence.line + 1..).zip(fence.text.lines()) {
            match &include::includes(line)[..] {
                [] => program.add(chapter.at(number), shown(line)),
                [include] if line.trim().len() == include.range.len() => {
                    program.add_include(include, chapter)?;
                }
                _ => {
                    let expanded = include::expand(line, chapter.folder()).ok()?;
                    for line in expanded.lines() {
                        program.add(chapter.at(number), shown(line));
                    }
                }
            }
        }
        Some(program)
    }

    fn add(&mut self, place: String, line: &str) {
        self.text.extend([line, "\n"]);
        self.places.push(place);
    }

    fn add_include(&mut self, include: &Include, chapter: &Chapter) -> Option<()> {
        let file = chapter.folder().join(&include.path);
        let place = tidy(&file, chapter);
        for (number, line) in include.lines(chapter.folder()).ok()? {
            let place = format!("{place}:{number}");
            let module = DECLARATION.captures(&line).and_then(|declared| {
                let module = include
                    .path
                    .with_file_name(format!("{}.rs", &declared["name"]));
                let is_there = chapter.folder().join(&module).is_file();
                is_there.then(|| (whole(&module), declared["head"].to_owned()))
            });
            match module {
                Some((module, head)) => {
                    self.add(place.clone(), &format!("{head} {{"));
                    let file = tidy(&chapter.folder().join(&module.path), chapter);
                    for (number, line) in module.lines(chapter.folder()).ok()? {
                        self.add(format!("{file}:{number}"), &line);
                    }
                    self.add(place, "}");
                }
                None => self.add(place, shown(&line)),
            }
        }
        Some(())
    }

    /// Puts the program's own place where the compiler and the panic name skeptic's temporary file.
    pub(crate) fn in_the_chapter(&self, said: &str) -> String {
        SOURCE
            .replace_all(said, |found: &regex::Captures| {
                let line: usize = found["line"].parse().unwrap_or_default();
                match self.places.get(line.wrapping_sub(1)) {
                    Some(place) => place.clone(),
                    None => found[0].to_owned(),
                }
            })
            .into_owned()
    }
}

/// The main file of the listing whose module a fence shows, if it is nothing but that.
fn main_of_module(chapter: &Chapter, fence: &Fence) -> Option<Include> {
    let includes = include::includes(&fence.text);
    let [include] = &includes[..] else {
        return None;
    };
    let main = whole(&include.path.with_file_name(MAIN));
    let module = include.path.file_stem()?.to_str()?;
    let declares = main.lines(chapter.folder()).ok()?.iter().any(|(_, line)| {
        DECLARATION
            .captures(line)
            .is_some_and(|found| &found["name"] == module)
    });
    (declares && fence.text.trim().len() == include.range.len()).then_some(main)
}

/// All of a file, whatever marks it carries.
fn whole(file: &Path) -> Include {
    Include {
        range: 0..0,
        hides_rest: true,
        path: file.to_owned(),
        part: Part::Lines(None, None),
    }
}

/// A line as the compiler is to see it, without the mark that hides it from the reader.
fn shown(line: &str) -> &str {
    let text = line.trim_start();
    match text.strip_prefix("# ") {
        Some(hidden) => hidden,
        None if text.trim_end() == "#" => "",
        None => line,
    }
}

/// An included file as seen from the book's root: `src/../listings/a` is `listings/a`.
fn tidy(file: &Path, chapter: &Chapter) -> String {
    let root = chapter.file.to_string_lossy().len() - chapter.path.len();
    let path = slashes(file);
    let mut parts: Vec<&str> = Vec::new();
    for part in path[root..].split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::fence::fences;

    /// The program of the only fence of a chapter that holds `included`.
    fn program(included: &str) -> Program {
        let folder = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        let text = format!("Text.\n\n```rust\n{included}\n```\n");
        write("src/one.md", &text);
        write(
            "a/main.rs",
            "mod one;\npub mod two;\nmod gone;\nfn main() {\n    // ANCHOR: x\n    one::f();\n    // ANCHOR_END: x\n}\n",
        );
        write("a/one.rs", "//! One.\n\npub fn f() {}\n");
        write("a/two.rs", "const TWO: u32 = 2;\n");
        write("a/other.rs", "fn main() {}\n");
        let chapter = Chapter {
            name: "one".to_owned(),
            path: "src/one.md".to_owned(),
            file: folder.path().join("src/one.md"),
            fences: fences(&text),
            text,
        };
        Program::of(&chapter, &chapter.fences[0]).unwrap()
    }

    const WHOLE: &str = "mod one {\n//! One.\n\npub fn f() {}\n}\npub mod two {\nconst TWO: u32 = 2;\n}\nmod gone;\nfn main() {\n    one::f();\n}\n";

    #[test]
    fn a_listings_modules_stand_where_they_are_declared() {
        assert_eq!(program("{{#rustdoc_include ../a/main.rs:x}}").text, WHOLE);
    }

    #[test]
    fn a_fence_with_a_module_stands_for_the_whole_program() {
        assert_eq!(program("{{#include ../a/one.rs}}").text, WHOLE);
        assert_eq!(program("{{#include ../a/other.rs}}").text, "fn main() {}\n");
    }

    #[test]
    fn what_is_said_of_a_line_is_said_of_its_own_file() {
        let program = program("# use a::b;\n{{#rustdoc_include ../a/main.rs:x}}\nstruct End;");
        assert!(program.text.starts_with("use a::b;\nmod one {\n"));
        let said =
            |line: u32| program.in_the_chapter(&format!("/tmp/rust-skeptic.x1/test.rs:{line}:5"));
        assert_eq!(said(1), "src/one.md:4:5");
        assert_eq!(said(2), "a/main.rs:1:5");
        assert_eq!(said(5), "a/one.rs:3:5");
        assert_eq!(said(12), "a/main.rs:6:5");
        assert_eq!(said(14), "src/one.md:6:5");
    }
}
