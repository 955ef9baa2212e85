//! An interval, and one that misses its ticks.

use std::time::Duration;

use tokio::time::{self, MissedTickBehavior};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let mut interval = time::interval(Duration::from_millis(150));
    for tick in 1..=3 {
        interval.tick().await;
        println!("tick {tick}");
    }
    let mut delayed = time::interval(Duration::from_millis(100));
    delayed.set_missed_tick_behavior(MissedTickBehavior::Delay);
    delayed.tick().await;
    time::advance(Duration::from_millis(250)).await;
    delayed.tick().await;
    delayed.tick().await;
    println!("done");
}
