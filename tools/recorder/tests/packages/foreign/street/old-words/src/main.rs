extern crate kettle;

mod below;

// No later edition takes these words, and no parser of later Rust.
trait Speaks {
    fn speak(&self, u8) -> u8;
}

impl Speaks for u8 {
    fn speak(&self, word: u8) -> u8 {
        let async = *self;
        async + word
    }
}

fn main() {
    let runtime = kettle::runtime();
    println!("{}", runtime.block_on(kettle::boil(20)) + 2.speak(below::one()) as u64);
}
