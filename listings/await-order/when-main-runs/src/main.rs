use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

async fn fetch_data(param: u64) {
    println!("Do something with {param}...");
    tokio::time::sleep(Duration::from_secs(param)).await;
    println!("Done with {param}");
}

async fn example_4() {
    let task1 = tokio::spawn(fetch_data(1));
    let task2 = tokio::spawn(fetch_data(2));

    task2.await.unwrap();
    println!("Task 2 fully completed");

    task1.await.unwrap();
    println!("Task 1 fully completed");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut example_4 = pin!(example_4());

    poll_fn(|cx| {
        println!("-- example_4 is polled");
        let poll = example_4.as_mut().poll(cx);
        match poll {
            Poll::Pending => println!("-- example_4 is suspended"),
            Poll::Ready(()) => println!("-- example_4 ends"),
        }
        poll
    })
    .await;
}
