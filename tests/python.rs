//! Every Python original prints what its block shows, and the same as its Rust twin where the
//! page says so.

use std::process::ExitCode;

fn main() -> ExitCode {
    checks::main(promises::root(), &[checks::python_outputs, checks::pairs])
}
