pub fn name() -> &'static str {
    "you"
}
