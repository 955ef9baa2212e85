use std::time::Duration;

use tokio::time::Instant;

use super::fetch_both;

// On Tokio's paused clock a sleep takes no time, and the clock still counts it.
#[tokio::test(start_paused = true)]
async fn both_waits_are_over_after_two_seconds() {
    let start = Instant::now();
    let results = fetch_both().await;
    assert_eq!(
        results,
        ["Result of 1", "Result of 2"],
        "the results are to stay what they are"
    );
    assert_eq!(
        start.elapsed(),
        Duration::from_secs(2),
        "the second deadline is set when the first fetch is over: call `sleep` earlier"
    );
}
