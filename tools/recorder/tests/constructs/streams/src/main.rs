//! Streams, `join!` and `select_biased!` of the futures crate.

use std::time::Duration;

use futures::stream::{self, FuturesUnordered};
use futures::{FutureExt, StreamExt};
use tokio::time::sleep;

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let mut naps = stream::iter([100, 110]).then(nap).boxed();
    while let Some(ms) = naps.next().await {
        println!("{ms}");
    }

    let mut unordered: FuturesUnordered<_> = [220, 120].into_iter().map(nap).collect();
    while let Some(ms) = unordered.next().await {
        println!("{ms}");
    }

    let mut handles: FuturesUnordered<_> =
        [230, 130].map(nap).map(tokio::spawn).into_iter().collect();
    while let Some(result) = handles.next().await {
        println!("{}", result.unwrap());
    }

    let (a, b) = futures::join!(nap(140), nap(240));
    println!("{}", a + b);

    let mut left = std::pin::pin!(nap(250).fuse());
    let mut right = std::pin::pin!(nap(150).fuse());
    futures::select_biased! {
        ms = left => println!("left {ms}"),
        ms = right => println!("right {ms}"),
    }
}
