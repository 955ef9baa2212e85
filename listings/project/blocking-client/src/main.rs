mod server;

use std::error::Error;

use server::Server;
use ureq::Agent;

// ANCHOR: changed
async fn download(agent: Agent, url: String) -> Result<Vec<u8>, ureq::Error> {
    agent.get(url).call()?.body_mut().read_to_vec()
}
// ANCHOR_END: changed

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start()?;
    // A proxy that is set for this machine's traffic could not reach the server.
    let agent = Agent::from(Agent::config_builder().proxy(None).build());

    let mut tasks = Vec::new();
    for url in server.urls() {
        tasks.push(tokio::spawn(download(agent.clone(), url)));
    }
    let mut pictures = Vec::new();
    for task in tasks {
        pictures.push(task.await.unwrap()?);
    }
    println!(
        "{} pictures, at most {} at once",
        pictures.len(),
        server.most_at_once()
    );
    Ok(())
}
