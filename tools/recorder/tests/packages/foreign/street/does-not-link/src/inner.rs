pub fn number() -> u32 {
    let number: u32 = "one";
    number
}
