use std::time::Duration;

use tokio::time::Instant;

use super::fetch_all;

// On Tokio's paused clock a sleep takes no time, and the clock still counts it.
#[tokio::test(start_paused = true)]
async fn all_waits_overlap() {
    let start = Instant::now();
    fetch_all(vec![3, 1, 2]).await;
    assert_eq!(
        start.elapsed(),
        Duration::from_secs(3),
        "fetches that wait at the same time take as long as the longest, not the sum: spawn all before you await one"
    );
}

#[tokio::test(start_paused = true)]
async fn results_come_in_the_order_of_the_arguments() {
    assert_eq!(
        fetch_all(vec![3, 1, 2]).await,
        ["Result of 3", "Result of 1", "Result of 2"],
        "await the handles in the order in which you spawned"
    );
}
