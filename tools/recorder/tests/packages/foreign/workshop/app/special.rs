fn main() {
    println!("special: {}", word::word());
}
