//! Tokio's clock, where it is not the machine's.

use std::time::Instant;

/// The nanoseconds that Tokio's clock says have passed since `start`, if it goes its own way: it
/// stands still, or has stood still (`start_paused`, `time::pause`). Else `-`.
pub(crate) fn since(start: Instant) -> String {
    match own() {
        Some(now) => now.saturating_duration_since(start).as_nanos().to_string(),
        None => "-".to_owned(),
    }
}

#[cfg(feature = "tokio")]
fn own() -> Option<Instant> {
    // Outside a runtime there is no such clock, and in a thread that ends Tokio would panic.
    tokio::runtime::Handle::try_current().ok()?;
    let before = Instant::now();
    let told = tokio::time::Instant::now().into_std();
    let after = Instant::now();
    (told < before || told > after).then_some(told)
}

#[cfg(not(feature = "tokio"))]
fn own() -> Option<Instant> {
    None
}
