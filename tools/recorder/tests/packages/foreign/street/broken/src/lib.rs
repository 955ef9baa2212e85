pub fn number() -> u32 {
    "two"
}
