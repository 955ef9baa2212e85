//! Async blocks and closures in one another, generic functions, `impl Future`.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use tokio::time::sleep;

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

fn doubled(number: impl Future<Output = u64>) -> impl Future<Output = u64> {
    async move { 2 * number.await }
}

async fn twice<T, F>(mut make: impl FnMut() -> F) -> (T, T)
where
    T: Debug,
    F: Future<Output = T>,
{
    let first = make().await;
    let second = make().await;
    (first, second)
}

async fn call<F: AsyncFn(u64) -> u64>(function: F) -> u64 {
    function(100).await
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let outer = async {
        let inner = async { nap(100).await + 1 };
        inner.await + 1
    };
    println!("{}", outer.await);
    println!("{}", doubled(nap(110)).await);
    println!("{:?}", twice(|| async { nap(120).await }).await);

    let offset = 5;
    let plus = async |ms: u64| {
        let slept = nap(ms).await;
        slept + offset
    };
    println!("{}", call(plus).await);
    println!("{}", call(async |ms| nap(ms + 30).await).await);

    let text = String::from("moved");
    let task = tokio::spawn(async move {
        nap(130).await;
        text.len()
    });
    println!("{}", task.await.unwrap());
}
