//! Every program that must not compile is refused with the words that its page shows; by a compiler
//! of another release, with the same codes and messages.

use std::process::ExitCode;

fn main() -> ExitCode {
    checks::main(promises::root(), &[checks::errors, checks::error_codes])
}
