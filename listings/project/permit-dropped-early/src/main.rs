mod edges;
mod gauge;
mod server;

use std::error::Error;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use gauge::Gauge;
use image::ImageResult;
use reqwest::Client;
use server::Server;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

// ANCHOR: changed
/// Takes as long as if the picture were large.
fn process(picture: &[u8]) -> ImageResult<usize> {
    thread::sleep(Duration::from_secs(1));
    edges::count(picture)
}

async fn fetch(
    client: Client,
    permits: Arc<Semaphore>,
    url: String,
    in_memory: Arc<Gauge>,
    drop_early: bool,
) -> Result<usize, Box<dyn Error + Send + Sync>> {
    let permit = permits.acquire().await?;
    let response = client.get(url).send().await?.error_for_status()?;
    let picture = response.bytes().await?;
    let _held = in_memory.enter();
    if drop_early {
        drop(permit);
    }
    Ok(spawn_blocking(move || process(&picture)).await.unwrap()?)
}

// ANCHOR_END: changed
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    for drop_early in [false, true] {
        let server = Server::start()?;
        // A proxy that is set for this machine's traffic could not reach the server.
        let client = Client::builder().no_proxy().build()?;

        let permits = Arc::new(Semaphore::new(4));
        let in_memory = Arc::new(Gauge::default());
        let mut tasks = Vec::new();
        for url in server.urls() {
            let (permits, in_memory) = (Arc::clone(&permits), Arc::clone(&in_memory));
            let fetch = fetch(client.clone(), permits, url, in_memory, drop_early);
            tasks.push(tokio::spawn(fetch));
        }
        let mut total = 0;
        for task in tasks {
            total += task.await.unwrap()?;
        }
        println!("Permit dropped early: {drop_early}");
        println!("  at most {} downloads at once", server.most_at_once());
        println!("  at most {} pictures in memory", in_memory.most());
        println!("  {total} edges in all");
    }
    Ok(())
}
