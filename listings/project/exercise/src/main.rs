use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::sleep;

#[derive(Debug, PartialEq)]
struct Busy;

/// A site that is busy for a number of requests and then answers.
struct Site {
    busy_for: u32,
    requests: AtomicU32,
}

impl Site {
    fn busy_for(requests: u32) -> Site {
        Site {
            busy_for: requests,
            requests: AtomicU32::new(0),
        }
    }

    async fn get(&self) -> Result<&'static str, Busy> {
        let before = self.requests.fetch_add(1, Ordering::SeqCst);
        sleep(Duration::from_millis(300)).await;
        if before < self.busy_for {
            return Err(Busy);
        }
        Ok("a picture")
    }
}

/// Asks up to three times, with a pause of a second in between, in which it holds no permit.
async fn download(site: &Site, permits: &Semaphore) -> Result<&'static str, Busy> {
    let _permit = permits.acquire().await.unwrap();
    site.get().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let site = Site::busy_for(2);
    println!("{:?}", download(&site, &Semaphore::new(4)).await);
}

#[cfg(test)]
mod tests;
