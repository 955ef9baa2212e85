use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// Does up to `pieces` pieces of work, calls `done` after each, and begins none
/// once `stop` is true. Returns how many it has done.
fn crunch(pieces: u32, stop: &AtomicBool, mut done: impl FnMut(u32)) -> u32 {
    if stop.load(Ordering::Relaxed) {
        return 0;
    }
    for piece in 1..=pieces {
        thread::sleep(Duration::from_millis(500));
        done(piece);
    }
    pieces
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let stop = Arc::new(AtomicBool::new(false));
    let stop_too = Arc::clone(&stop);
    let task = spawn_blocking(move || crunch(4, &stop_too, |piece| println!("piece {piece}")));

    sleep(Duration::from_millis(1250)).await;
    println!("main asks it to stop");
    stop.store(true, Ordering::Relaxed);
    println!("{} pieces done", task.await.unwrap());
}

#[cfg(test)]
mod tests;
