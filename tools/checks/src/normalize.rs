//! What differs between two right runs of a program that panics: the thread's number, and the
//! folder that its source is in.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

static PANIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?m)^thread '(?<name>[^\n]*)'(?: \(\d+\))? panicked at (?<path>[^\n]+?):(?<at>\d+:\d+):$",
    )
    .expect("a valid pattern")
});

/// Takes a folder's path out of a Python traceback's `File "…"`, which names the book's own folder
/// on the machine that ran it.
pub fn tracebacks(text: &str, folder: &Path) -> String {
    let folder = folder.to_string_lossy();
    text.replace(&format!("File \"{folder}/"), "File \"")
        .replace(&format!("File \"{folder}\\"), "File \"")
}

/// Rewrites the first line of each panic message to `thread 'main' panicked at src/main.rs:3:5:`,
/// which is the same in a workspace, in a copy of the listing and in every run.
pub fn panics(text: &str) -> String {
    PANIC
        .replace_all(text, |found: &regex::Captures| {
            let path = found["path"].replace('\\', "/");
            let path = match path.rfind("/src/") {
                Some(at) => &path[at + 1..],
                None => &path,
            };
            format!(
                "thread '{}' panicked at {path}:{}:",
                &found["name"], &found["at"]
            )
        })
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceback_names_files_from_the_books_folder() {
        let text =
            "Traceback (most recent call last):\n  File \"/a b/c/main.py\", line 1, in <module>\n";
        assert_eq!(
            tracebacks(text, Path::new("/a b")),
            text.replace("/a b/", "")
        );
    }

    #[test]
    fn takes_out_numbers_and_folders_and_nothing_else() {
        let text = "a\nthread 'main' (4711) panicked at listings/x/y/src/main.rs:3:5:\nboom (12)\n";
        assert_eq!(
            panics(text),
            "a\nthread 'main' panicked at src/main.rs:3:5:\nboom (12)\n"
        );
        let spaced = "thread 'main' panicked at /a folder/src/main.rs:3:5:\n";
        assert_eq!(
            panics(spaced),
            "thread 'main' panicked at src/main.rs:3:5:\n"
        );
        let plain = "thread 'main' panicked at src/main.rs:3:5:\n";
        assert_eq!(panics(plain), plain);
    }
}
