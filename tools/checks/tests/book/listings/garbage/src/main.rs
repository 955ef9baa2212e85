use std::io::{self, Write};

fn main() {
    io::stdout().write_all(b"one\xff\n").unwrap();
}
