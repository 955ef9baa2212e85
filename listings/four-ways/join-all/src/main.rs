use std::time::{Duration, Instant};

use futures::future::join_all;

async fn fetch_data(param: u64) -> String {
    tokio::time::sleep(Duration::from_millis(param * 500)).await;
    format!("Result of {param}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let t1 = Instant::now();

    let fetches = [3, 1, 2].map(fetch_data);
    println!("{:?}", join_all(fetches).await);
    println!("Finished in {:.2} seconds", t1.elapsed().as_secs_f64());
}
