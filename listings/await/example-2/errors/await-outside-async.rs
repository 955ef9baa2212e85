use std::time::Duration;

fn fetch_data(param: u64) -> String {
    tokio::time::sleep(Duration::from_secs(param)).await;
    format!("Result of {param}")
}

fn main() {
    println!("{}", fetch_data(1));
}
