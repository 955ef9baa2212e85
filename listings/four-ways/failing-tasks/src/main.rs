use std::time::Duration;

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
    let task1 = tokio::spawn(fetch_data(1));
    let task2 = tokio::spawn(fetch_data(2));
    match tokio::try_join!(task1, task2) {
        Ok((result1, result2)) => println!("{:?}", [result1, result2]),
        Err(error) => println!("{error}"),
    }
}
