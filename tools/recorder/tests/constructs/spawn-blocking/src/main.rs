//! Closures on the blocking pool.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;

fn compute(n: u64) -> u64 {
    thread::sleep(Duration::from_millis(150 * n));
    n * n
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let handle = spawn_blocking(|| compute(2));
    println!("{}", handle.await.unwrap());

    let text = String::from("text");
    let length = spawn_blocking(move || {
        thread::sleep(Duration::from_millis(300));
        text.len()
    });
    println!("{}", length.await.unwrap());

    let (begins, begun) = mpsc::channel();
    let running = spawn_blocking(move || {
        begins.send(()).unwrap();
        compute(3)
    });
    begun.recv().unwrap();
    running.abort();
    println!("{}", running.await.unwrap());
}
