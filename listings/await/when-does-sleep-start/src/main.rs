use std::time::{Duration, Instant};
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let t1 = Instant::now();

    let sleep1 = sleep(Duration::from_secs(1));
    let sleep2 = sleep(Duration::from_secs(2));

    sleep1.await;
    println!("Sleep 1 fully completed");

    sleep2.await;
    println!("Sleep 2 fully completed");

    println!("Finished in {:.2} seconds", t1.elapsed().as_secs_f64());
}
