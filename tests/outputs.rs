//! Every console block shows what its program prints.

use std::process::ExitCode;

fn main() -> ExitCode {
    checks::main(promises::root(), &[checks::outputs])
}
