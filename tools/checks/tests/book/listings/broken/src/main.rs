fn main() {
    let one: u32 = "one";
    println!("{one}");
}
