//! What libraries wait for many futures with: `join_all`, `buffered`, `buffer_unordered`, limits,
//! cancellation.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{join_all, try_join_all};
use futures::stream;
use tokio::sync::{OnceCell, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

async fn limited(permits: Arc<Semaphore>, ms: u64) -> u64 {
    let _permit = permits.acquire_owned().await.unwrap();
    nap(ms).await
}

async fn until_cancelled(token: CancellationToken) -> &'static str {
    tokio::select! {
        biased;
        () = token.cancelled() => "cancelled",
        _ = nap(60_000) => "done",
    }
}

async fn checked(ms: u64) -> Result<u64, String> {
    match nap(ms).await {
        ms if ms > 100 => Err(format!("{ms} is too long")),
        ms => Ok(ms),
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!("{:?}", join_all([nap(200), nap(100)]).await);
    println!("{:?}", try_join_all([checked(300), checked(150)]).await);

    let buffered = stream::iter([30, 20, 10]).map(nap).buffered(2);
    println!("{:?}", buffered.collect::<Vec<_>>().await);
    let mut unordered = stream::iter([30, 20, 15]).map(nap).buffer_unordered(2);
    while let Some(ms) = unordered.next().await {
        println!("{ms}");
    }

    let permits = Arc::new(Semaphore::new(1));
    let mut set = JoinSet::new();
    for ms in [50, 40] {
        set.spawn(limited(permits.clone(), ms));
    }
    while let Some(done) = set.join_next().await {
        println!("{}", done.unwrap());
    }
    set.spawn(nap(60_000));
    tokio::task::yield_now().await;
    set.shutdown().await;

    let token = CancellationToken::new();
    let waits = tokio::spawn(until_cancelled(token.clone()));
    nap(25).await;
    token.cancel();
    println!("{}", waits.await.unwrap());

    let deadline = Instant::now() + Duration::from_millis(70);
    println!("{}", timeout_at(deadline, nap(60_000)).await.is_err());
    sleep_until(deadline + Duration::from_millis(30)).await;

    let cell = OnceCell::new();
    let (a, b) = tokio::join!(
        biased;
        cell.get_or_init(|| nap(35)),
        cell.get_or_init(|| nap(45))
    );
    println!("{a} {b}");

    let (to, mut from) = mpsc::unbounded_channel();
    to.send(1).unwrap();
    let taken = from.recv().await;
    drop(to);
    println!("{taken:?} {:?}", from.recv().await);
}
