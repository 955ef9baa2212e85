use std::time::Duration;

async fn fetch_data(param: u64) {
    println!("Do something with {param}...");
    tokio::time::sleep(Duration::from_secs(param)).await;
    println!("Done with {param}");
}

#[tokio::main]
async fn main() {
    tokio::spawn(fetch_data(1));
    tokio::spawn(fetch_data(2));

    println!("main returns");
}
