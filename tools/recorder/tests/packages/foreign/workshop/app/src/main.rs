#![deny(warnings)]
#![forbid(unsafe_code)]
#![doc = include_str!("../../NOTICE")]

mod inline {
    pub mod deep;
}

#[path = "../../shared/common.rs"]
mod common;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    println!("{}, {} words", app::greeting("größe"), app::counted::WORDS);
    println!("{} {}", word::word(), cfg!(feature = "plain"));
    let words = std::fs::read_to_string("data/words.txt").unwrap();
    println!("{}", inline::deep::last(&words));
    let full = std::hint::black_box(255_u8);
    println!("{}", itoa::Buffer::new().format(full + 1));
    let größe = tokio::spawn(common::nap(20)).await.unwrap();
    println!("{größe} {}", include_str!("../../NOTICE").trim());
    // The last line of a file may be a comment: }
}
// and this is one