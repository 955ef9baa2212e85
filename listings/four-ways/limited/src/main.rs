use std::time::Duration;

use futures::stream::{self, StreamExt};

async fn fetch_data(param: u64) -> u64 {
    println!("  start {param}");
    tokio::time::sleep(Duration::from_millis(param * 300)).await;
    println!("  end {param}");
    param
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("buffered:");
    let fetches = stream::iter([4, 1, 2]).map(fetch_data);
    let results: Vec<u64> = fetches.buffered(2).collect().await;
    println!("{results:?}");

    println!("buffer_unordered:");
    let fetches = stream::iter([4, 1, 2]).map(fetch_data);
    let results: Vec<u64> = fetches.buffer_unordered(2).collect().await;
    println!("{results:?}");
}
