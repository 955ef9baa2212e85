fn main() {
    println!("so far");
    std::process::exit(3);
}
