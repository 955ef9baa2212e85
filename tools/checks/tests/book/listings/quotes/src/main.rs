fn main() {
    println!("{:?}", "one");
}
