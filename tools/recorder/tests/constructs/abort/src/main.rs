//! Tasks that are aborted, before and after their first poll, and one whose handle is dropped.

use std::time::Duration;

use tokio::time::sleep;

struct Guard(&'static str);

impl Drop for Guard {
    fn drop(&mut self) {
        println!("{} is dropped", self.0);
    }
}

async fn work(name: &'static str, ms: u64) {
    let _guard = Guard(name);
    sleep(Duration::from_millis(ms)).await;
    println!("{name} is done");
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let aborted = tokio::spawn(work("aborted", 5000));
    drop(tokio::spawn(work("detached", 200)));
    sleep(Duration::from_millis(100)).await;

    aborted.abort();
    let error = aborted.await.unwrap_err();
    println!("{}", error.is_cancelled());

    let never = tokio::spawn(work("never", 100));
    never.abort();
    println!("{}", never.await.unwrap_err().is_cancelled());
    sleep(Duration::from_millis(300)).await;
}
