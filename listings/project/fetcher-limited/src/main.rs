mod edges;
mod server;

use std::error::Error;
use std::sync::Arc;

use reqwest::Client;
use server::Server;
use tokio::sync::Semaphore;

// ANCHOR: changed
async fn download(
    client: Client,
    permits: Arc<Semaphore>,
    url: String,
) -> reqwest::Result<Vec<u8>> {
    // It fails only if somebody has called `close` on the semaphore.
    let _permit = permits.acquire().await.unwrap();
    let response = client.get(url).send().await?.error_for_status()?;
    Ok(response.bytes().await?.into())
}

// ANCHOR_END: changed
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start()?;
    // A proxy that is set for this machine's traffic could not reach the server.
    let client = Client::builder().no_proxy().build()?;

    // ANCHOR: changed
    let permits = Arc::new(Semaphore::new(4));
    let mut tasks = Vec::new();
    for url in server.urls() {
        let permits = Arc::clone(&permits);
        tasks.push(tokio::spawn(download(client.clone(), permits, url)));
    }
    // ANCHOR_END: changed
    let mut pictures = Vec::new();
    for task in tasks {
        pictures.push(task.await.unwrap()?);
    }
    println!(
        "{} pictures, at most {} at once",
        pictures.len(),
        server.most_at_once()
    );

    let mut edges = Vec::new();
    for picture in &pictures {
        edges.push(edges::count(picture)?);
    }
    println!("Edges: {edges:?}");
    Ok(())
}
