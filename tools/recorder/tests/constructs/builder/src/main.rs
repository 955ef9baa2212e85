//! Runtimes and futures that the program drives itself.

use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::time::sleep;

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

fn blocking(handle: Handle) -> u64 {
    handle.block_on(nap(130))
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    println!("{}", runtime.block_on(nap(100)));

    let sum = runtime.block_on(async { nap(110).await + nap(210).await });
    println!("{sum}");

    runtime.block_on(async {
        let handle = Handle::current();
        let inner = tokio::task::spawn_blocking(move || blocking(handle));
        println!("{}", inner.await.unwrap());
        let doomed = tokio::spawn(nap(60_000));
        tokio::task::yield_now().await;
        doomed.abort();
        println!("{}", doomed.await.is_err());
        tokio::spawn(nap(60_000));
        tokio::task::yield_now().await;
    });
    thread::sleep(Duration::from_millis(120));
    drop(runtime);
    println!("done");
}
