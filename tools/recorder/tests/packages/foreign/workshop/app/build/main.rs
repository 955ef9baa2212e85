use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=data/words.txt");
    let words = fs::read_to_string("data/words.txt").unwrap();
    let out = env::var("OUT_DIR").unwrap();
    let code = format!("pub const WORDS: usize = {};", words.lines().count());
    fs::write(Path::new(&out).join("made.rs"), code).unwrap();
}
