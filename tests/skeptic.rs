//! Every rust fence of every chapter compiles and runs, by skeptic.

use std::process::ExitCode;

fn main() -> ExitCode {
    checks::main(promises::root(), &[checks::programs])
}
