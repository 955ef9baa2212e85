//! How much room words need, and have.

/// How wide the lanes are at least, in pixels: on a page of 320, on a phone of 390, and where names stand
/// beside them.
pub(super) const LEAST: usize = 228;
pub(super) const PHONE: usize = 298;
pub(super) const WIDE: usize = 420;

/// What words of 12 px take at most. Nothing measures them when a book is built; half of what stands
/// here is a digit, half is narrower.
pub(super) fn pixels(words: &str) -> usize {
    3 + 6 * words.chars().count()
}

/// What a key takes with its frame.
pub(super) fn key_pixels(key: &str) -> usize {
    6 + 7 * key.chars().count()
}

/// Whether so many pixels fit into so many thousandths of the lanes' width.
pub(super) fn fits(pixels: usize, permille: usize, lanes: usize) -> bool {
    1000 * pixels <= permille * lanes
}
