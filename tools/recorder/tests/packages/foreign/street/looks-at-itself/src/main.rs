fn main() {
    let here = column!();
    println!("at {here}"); eprintln!("{}", column!());
    std::process::exit(if tracing_core::dispatcher::has_been_set() { 1 } else { 0 });
}
