#![deny(warnings)]

pub fn word() -> String {
    let mut word = String::from("word");
    if cfg!(feature = "long") {
        word.push_str(" and word");
    }
    if cfg!(feature = "polite") {
        word.push_str(", please");
    }
    if cfg!(feature = "loud") {
        word = word.to_uppercase();
    }
    word
}
