use std::time::{Duration, Instant};

async fn fetch_data(param: u64) -> String {
    println!("Do something with {param}...");
    tokio::time::sleep(Duration::from_secs(param)).await;
    println!("Done with {param}");
    format!("Result of {param}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let t1 = Instant::now();

    let task1 = tokio::spawn(fetch_data(1));
    let task2 = tokio::spawn(fetch_data(2));

    let result2 = task2.await.unwrap();
    println!("Task 2 fully completed");

    let result1 = task1.await.unwrap();
    println!("Task 1 fully completed");

    println!("{:?}", [result1, result2]);
    println!("Finished in {:.2} seconds", t1.elapsed().as_secs_f64());
}
