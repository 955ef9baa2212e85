fn main() {
    // ANCHOR: greet
    greet();
    // ANCHOR_END: greet
}

// ANCHOR: function
fn greet() {
    println!("hello");
}
// ANCHOR_END: function
