fn main() {
    loop {
        println!("and again");
    }
}
