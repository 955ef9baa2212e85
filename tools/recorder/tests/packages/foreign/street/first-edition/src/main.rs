mod below;

trait Speaks {
    fn speak(&self, word: &str) -> String;
}

impl Speaks for u8 {
    fn speak(&self, word: &str) -> String {
        format!("{} {}", self, word)
    }
}

fn main() {
    let words = 2.speak(::below::word());
    println!("{}", words);
}
