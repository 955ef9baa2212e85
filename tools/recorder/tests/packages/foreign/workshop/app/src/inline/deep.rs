pub fn last(words: &str) -> &str {
    let last = words.lines().last();
    last.unwrap_or("none")
}
