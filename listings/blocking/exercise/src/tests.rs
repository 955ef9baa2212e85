use super::both;

#[tokio::test]
async fn the_heart_beats_between_the_pieces() {
    let (_, happened) = both().await;
    assert_eq!(
        happened,
        [
            "beat 1", "piece 1", "beat 2", "piece 2", "beat 3", "piece 3"
        ],
        "`add_up` keeps the thread from its first piece to its last: it has to be suspended after each"
    );
}

#[tokio::test]
async fn the_sum_stays_what_it_is() {
    let (sum, _) = both().await;
    assert_eq!(sum, 4_501_500, "each number from 1 to 3,000, once");
}
