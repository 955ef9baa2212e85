mod edges;
mod server;

use std::error::Error;

use reqwest::Client;
use server::Server;

// ANCHOR: changed
async fn download(client: Client, url: String) -> reqwest::Result<Vec<u8>> {
    let response = client.get(url).send().await?.error_for_status()?;
    Ok(response.bytes().await?.into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start()?;
    // A proxy that is set for this machine's traffic could not reach the server.
    let client = Client::builder().no_proxy().build()?;

    let mut tasks = Vec::new();
    for url in server.urls() {
        tasks.push(tokio::spawn(download(client.clone(), url)));
    }
    let mut pictures = Vec::new();
    for task in tasks {
        pictures.push(task.await.unwrap()?);
    }
    // ANCHOR_END: changed
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
