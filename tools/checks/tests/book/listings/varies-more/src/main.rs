fn main() {
    println!("two");
    println!("one");
    println!("three");
}
