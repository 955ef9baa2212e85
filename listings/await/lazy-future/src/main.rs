struct Guard(u64);

impl Drop for Guard {
    fn drop(&mut self) {
        println!("Cleaned up after {}", self.0);
    }
}

async fn fetch_data(param: u64) {
    let _guard = Guard(param);
    println!("Do something with {param}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let future1 = fetch_data(1);
    println!("Future 1 made");
    drop(future1);
    println!("Future 1 dropped");

    let future2 = fetch_data(2);
    println!("Future 2 made");
    future2.await;
    println!("Future 2 awaited");
}
