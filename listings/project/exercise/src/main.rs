use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, sleep};

/// A site that takes long over a number of requests and answers the others soon.
struct Site {
    slow_for: u32,
    requests: AtomicU32,
}

impl Site {
    fn slow_for(requests: u32) -> Site {
        Site {
            slow_for: requests,
            requests: AtomicU32::new(0),
        }
    }

    async fn get(&self) -> &'static str {
        let before = self.requests.fetch_add(1, Ordering::SeqCst);
        let late = if before < self.slow_for { 3000 } else { 300 };
        sleep(Duration::from_millis(late)).await;
        "a picture"
    }
}

/// Asks up to three times, and waits a second at most for each answer. In between
/// it pauses for half a second, in which it holds no permit.
async fn download(site: &Site, permits: &Semaphore) -> Result<&'static str, Elapsed> {
    let _permit = permits.acquire().await.unwrap();
    Ok(site.get().await)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let site = Site::slow_for(1);
    let start = Instant::now();
    let picture = download(&site, &Semaphore::new(4)).await;
    println!("{picture:?}");
    println!("Finished in {:.2} seconds", start.elapsed().as_secs_f64());
}

#[cfg(test)]
mod tests;
