//! A task that is spawned before anything is driven, boxed futures of a trait, threads with a scope.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use tokio::runtime::{Builder, Handle};
use tokio::time::sleep;

#[async_trait]
trait Job {
    async fn run(&self) -> usize;
}

struct Count(String);

#[async_trait]
impl Job for Count {
    async fn run(&self) -> usize {
        sleep(Duration::from_millis(20)).await;
        self.0.len()
    }
}

async fn add(a: u64, b: u64) -> u64 {
    a + b
}

fn sum() -> u64 {
    let total = Mutex::new(0);
    thread::scope(|scope| {
        for part in [1, 2] {
            let total = &total;
            scope.spawn(move || {
                thread::sleep(Duration::from_millis(100 * part));
                *total.lock().unwrap() += part;
            });
        }
    });
    total.into_inner().unwrap()
}

fn main() {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let entered = runtime.enter();
    let early = tokio::spawn(add(1, 2));
    println!("{}", runtime.block_on(early).unwrap());
    drop(entered);

    let jobs: Vec<Box<dyn Job>> = vec![Box::new(Count("four".to_owned()))];
    runtime.block_on(async {
        for job in &jobs {
            println!("{}", job.run().await);
        }
        let handle = Handle::current();
        println!("{}", handle.spawn(add(3, 4)).await.unwrap());
    });
    println!("{}", sum());
    let told = thread::spawn(
        || println!("one expression"),
    );
    told.join().unwrap();
}
