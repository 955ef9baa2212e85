use std::thread;
use std::time::{Duration, Instant};

#[tokio::main(worker_threads = 4)]
async fn main() {
    let t1 = Instant::now();

    let outer = tokio::spawn(async move {
        let inner = tokio::spawn(async move {
            println!(
                "inner starts after {:.2} seconds",
                t1.elapsed().as_secs_f64()
            );
        });
        thread::sleep(Duration::from_secs(1));
        println!(
            "outer unblocks after {:.2} seconds",
            t1.elapsed().as_secs_f64()
        );
        inner.await.unwrap();
    });

    outer.await.unwrap();
}
