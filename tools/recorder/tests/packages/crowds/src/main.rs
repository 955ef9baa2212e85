use std::time::Duration;

use tokio::task::JoinSet;

async fn nap(number: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(100)).await;
    number
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut set = JoinSet::new();
    for number in 0..10_000 {
        set.spawn(nap(number));
    }
    let mut sum = 0;
    while let Some(number) = set.join_next().await {
        sum += number.unwrap();
    }
    println!("{sum}");
}
