//! A thread of the program's own that sends to a task.

use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

fn measure(sensor: u32, readings: mpsc::Sender<u32>) {
    for reading in 1..=2 {
        thread::sleep(Duration::from_millis(400));
        readings.blocking_send(sensor + reading).unwrap();
    }
    thread::sleep(Duration::from_millis(400));
}

async fn collect(mut readings: mpsc::Receiver<u32>) -> u32 {
    let mut sum = 0;
    while let Some(reading) = readings.recv().await {
        sum += reading;
    }
    sum
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, receiver) = mpsc::channel(8);
    let thread = thread::spawn(move || measure(10, sender));
    let task = tokio::spawn(collect(receiver));
    println!("{}", task.await.unwrap());
    thread.join().unwrap();
}
