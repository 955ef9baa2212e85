use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

async fn fetch_data(param: u64) -> Result<String, String> {
    sleep(Duration::from_millis(param * 500)).await;
    if param == 1 {
        return Err(format!("Fetch {param} has failed"));
    }
    println!("Done with {param}");
    Ok(format!("Result of {param}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut tasks = JoinSet::new();
    tasks.spawn(fetch_data(1));
    tasks.spawn(fetch_data(2));
    while let Some(result) = tasks.join_next().await {
        match result.unwrap() {
            Ok(result) => println!("{result}"),
            Err(error) => {
                println!("{error}");
                tasks.shutdown().await;
            }
        }
    }
    sleep(Duration::from_millis(1500)).await;
    println!("main returns");
}
