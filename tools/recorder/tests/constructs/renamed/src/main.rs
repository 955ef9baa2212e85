//! Macros that await, by other names than their own, of other crates, and of the file itself.

use std::pin::pin;
use std::time::Duration;

use futures::{FutureExt, select as choose};
use tokio::time::sleep;
use tokio::{join as both, select as pick};

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

macro_rules! napped {
    ($ms:expr) => {
        nap($ms).await
    };
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    pick! {
        ms = nap(100) => println!("pick {ms}"),
        ms = nap(200) => println!("pick {ms}"),
    }
    let (a, b) = both!(nap(110), nap(210));
    println!("both {a} {b}");

    let mut left = pin!(nap(220).fuse());
    let mut right = pin!(nap(120).fuse());
    choose! {
        ms = left => println!("left {ms}"),
        ms = right => println!("right {ms}"),
    }
    println!("left {}", left.await);

    let mut long = tokio::spawn(nap(230)).fuse();
    let mut short = tokio::spawn(nap(130)).fuse();
    choose! {
        ms = long => println!("long {}", ms.unwrap()),
        ms = short => println!("short {}", ms.unwrap()),
    }
    println!("long {}", long.await.unwrap());

    let mut polled = pin!(nap(140));
    println!("{:?}", futures::poll!(polled.as_mut()));
    println!("{}", napped!(20) + polled.await);
}
