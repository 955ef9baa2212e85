//! Threads that wait for each other, without a runtime, and then one that computes.

use std::hint::black_box;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn double(numbers: mpsc::Receiver<u64>) -> u64 {
    let number = numbers.recv().unwrap();
    thread::sleep(Duration::from_secs(1));
    2 * number
}

fn count() -> usize {
    let numbers = (0..30_000_000).map(black_box);
    numbers.filter(|number| number % 3 == 0).count()
}

fn main() {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || double(receiver));
    thread::sleep(Duration::from_secs(1));
    sender.send(21).unwrap();
    let doubled = thread.join().unwrap();
    println!("{doubled}");
    println!("{}", count());
}
