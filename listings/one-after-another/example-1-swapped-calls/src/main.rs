use std::thread;
use std::time::{Duration, Instant};

fn fetch_data(param: u64) -> String {
    println!("Do something with {param}");
    thread::sleep(Duration::from_secs(param));
    println!("Done with {param}");
    format!("Result of {param}")
}

fn main() {
    let t1 = Instant::now();

    let result2 = fetch_data(2);
    println!("Fetch 2 fully completed");

    let result1 = fetch_data(1);
    println!("Fetch 1 fully completed");

    println!("{:?}", [result1, result2]);
    println!("Finished in {:.2} seconds", t1.elapsed().as_secs_f64());
}
