use std::time::Duration;

use tokio::task::JoinSet;

async fn nap(number: u32) -> u32 {
    tokio::time::sleep(Duration::from_millis(500)).await;
    number
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let mut naps = JoinSet::new();
    for number in 1..=4 {
        naps.spawn(nap(number));
    }
    while let Some(number) = naps.join_next().await {
        println!("nap {} is over", number.unwrap());
    }
}
