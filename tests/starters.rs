//! Every listing, copied alone to an empty folder, builds and prints the same.

use std::process::ExitCode;

fn main() -> ExitCode {
    checks::main(promises::root(), &[checks::starters])
}
