use std::time::Duration;

use tokio::time::Instant;

use super::order;

// On Tokio's paused clock a sleep takes no time, and the clock still counts it.
#[tokio::test(start_paused = true)]
async fn the_third_comes_first_and_the_total_stays() {
    let start = Instant::now();
    assert_eq!(
        order().await,
        [3, 1, 2],
        "main gets past its awaits in the order in which they stand, whichever task ends first"
    );
    assert_eq!(
        start.elapsed(),
        Duration::from_secs(3),
        "all three tasks are spawned before the first await, so the total is the longest wait"
    );
}
