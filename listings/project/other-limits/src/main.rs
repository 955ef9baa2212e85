mod server;

use std::error::Error;
use std::sync::Arc;

use reqwest::Client;
use server::Server;
use tokio::sync::Semaphore;

async fn download(
    client: Client,
    permits: Arc<Semaphore>,
    url: String,
) -> reqwest::Result<Vec<u8>> {
    // It fails only where somebody closes the semaphore.
    let _permit = permits.acquire().await.unwrap();
    let response = client.get(url).send().await?.error_for_status()?;
    Ok(response.bytes().await?.to_vec())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // ANCHOR: changed
    for limit in [1, 4, 12] {
        let server = Server::start()?;
        // A proxy that is set for this machine's traffic could not reach the server.
        let client = Client::builder().no_proxy().build()?;

        let permits = Arc::new(Semaphore::new(limit));
        let mut tasks = Vec::new();
        for url in server.urls() {
            let permits = Arc::clone(&permits);
            tasks.push(tokio::spawn(download(client.clone(), permits, url)));
        }
        for task in tasks {
            task.await.unwrap()?;
        }
        println!("Limit {limit}: at most {} at once", server.most_at_once());
    }
    // ANCHOR_END: changed
    Ok(())
}
