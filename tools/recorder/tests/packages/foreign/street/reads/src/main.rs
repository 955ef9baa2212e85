use std::io::Read;

fn main() {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text).unwrap();
    println!("{read} bytes");
}
