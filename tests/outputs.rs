fn main() -> std::process::ExitCode {
    checks::main(promises::root(), &[checks::outputs])
}
