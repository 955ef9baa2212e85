use std::thread;
use std::time::{Duration, Instant};

fn main() {
    let start = Instant::now();
    thread::sleep(Duration::from_secs(3));
    println!("Finished in {:.2} seconds", start.elapsed().as_secs_f64());
}
