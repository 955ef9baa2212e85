//! The first line of a console block: which program it runs, and what of it is shown.

/// What the `$` line of a console block says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The program.
    pub program: Program,
    /// Whether stderr is shown among stdout (`2>&1`).
    pub with_stderr: bool,
    /// Whether the exit status is shown as a last line (`; echo "exit $?"`).
    pub with_status: bool,
}

/// A program that a console block may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// `cargo run -p PACKAGE`
    Cargo(String),
    /// `python3 FILE`, the file from the book's root
    Python(String),
}

const STATUS: &str = "; echo \"exit $?\"";
const STDERR: &str = " 2>&1";

/// The forms that [`Command::parse`] accepts, for messages.
pub const FORMS: &str =
    "`$ cargo run -p PACKAGE` or `$ python3 FILE`, then ` 2>&1` or `; echo \"exit $?\"` if wanted";

impl Command {
    /// Reads a `$` line. `None` if it is not one of [`FORMS`].
    pub fn parse(line: &str) -> Option<Command> {
        let rest = line.strip_prefix("$ ")?;
        let (rest, with_status) = strip(rest, STATUS);
        let (rest, with_stderr) = strip(rest, STDERR);
        let program = if let Some(package) = rest.strip_prefix("cargo run -p ") {
            Program::Cargo(package.to_owned())
        } else {
            Program::Python(rest.strip_prefix("python3 ")?.to_owned())
        };
        let (Program::Cargo(name) | Program::Python(name)) = &program;
        let one_word = !name.is_empty() && !name.contains(char::is_whitespace);
        one_word.then_some(Command {
            program,
            with_stderr,
            with_status,
        })
    }
}

fn strip<'a>(line: &'a str, ending: &str) -> (&'a str, bool) {
    match line.strip_suffix(ending) {
        Some(rest) => (rest, true),
        None => (line, false),
    }
}

/// Whether a line of a console block is a command.
pub fn is_command(line: &str) -> bool {
    line.starts_with("$ ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_form() {
        let parse = |line| Command::parse(line).unwrap();
        assert_eq!(
            parse("$ cargo run -p loops"),
            Command {
                program: Program::Cargo("loops".to_owned()),
                with_stderr: false,
                with_status: false
            }
        );
        let both = parse("$ python3 a/b.py 2>&1; echo \"exit $?\"");
        assert_eq!(both.program, Program::Python("a/b.py".to_owned()));
        assert!(both.with_stderr && both.with_status);
    }

    #[test]
    fn refuses_everything_else() {
        for line in [
            "cargo run -p a",
            "$ cargo run",
            "$ cargo run -p ",
            "$ cargo run -p a b",
            "$ ls",
            "$ python3 a.py | head",
        ] {
            assert_eq!(Command::parse(line), None, "{line}");
        }
    }
}
