#![deny(unused_must_use)]

async fn fetch_data(param: u64) {
    println!("Do something with {param} ...");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    fetch_data(1);
    fetch_data(2).await;
}
