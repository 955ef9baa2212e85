use std::thread;
use std::time::Duration;

fn work(n: u32) -> u32 {
    thread::sleep(Duration::from_millis(50));
    n * 2
}

fn main() {
    let worker = thread::spawn(|| work(1));
    let sum = worker.join().unwrap() + work(2);
    println!("{sum}");
    std::process::exit(3);
}
