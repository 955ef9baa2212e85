//! filled in below
fn main() {}
