use std::time::Duration;

use tokio::time::Instant;

use super::fetch_all;

// On Tokio's paused clock a sleep takes no time, and the clock still counts it.
#[tokio::test(start_paused = true)]
async fn results_come_in_the_order_of_the_arguments() {
    let start = Instant::now();
    let results = fetch_all(vec![3, 1, 2]).await;
    assert_eq!(
        results,
        ["Result of 3", "Result of 1", "Result of 2"],
        "a set gives the results in the order in which its tasks end: let each task give its place too"
    );
    assert_eq!(
        start.elapsed(),
        Duration::from_millis(1500),
        "the fetches are still to go on at the same time"
    );
}

#[tokio::test(start_paused = true)]
async fn equal_arguments_keep_their_places() {
    assert_eq!(
        fetch_all(vec![2, 1, 2]).await,
        ["Result of 2", "Result of 1", "Result of 2"],
        "two places may have the same argument, so sort by the place and not by the argument"
    );
}
