pub fn word() -> &'static str {
    let word = "times";
    word
}
