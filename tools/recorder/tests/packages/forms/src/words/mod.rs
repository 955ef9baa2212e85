//! A file of its own, with text that is no Rust beside it.

pub fn words() -> usize {
    let text = include_str!("words.txt");
    println!("in a file of its own");
    text.split_whitespace().count()
}
