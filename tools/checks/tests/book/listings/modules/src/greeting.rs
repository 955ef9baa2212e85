//! A module in a file of its own.

pub fn greet() {
    println!("good morning");
}
