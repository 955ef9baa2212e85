async fn fetch_data(param: u64) {
    println!("Do something with {param}...");
}

fn main() {
    println!("main begins");
    tokio::spawn(fetch_data(1));
    println!("main ends");
}
