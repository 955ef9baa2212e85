mod edges;
mod server;

use std::error::Error;
use std::thread;

use server::Server;
use ureq::Agent;

fn download(agent: &Agent, url: &str) -> Result<Vec<u8>, ureq::Error> {
    agent.get(url).call()?.body_mut().read_to_vec()
}

fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start()?;
    // A proxy that is set for this machine's traffic could not reach the server.
    let agent = Agent::from(Agent::config_builder().proxy(None).build());

    // ANCHOR: changed
    let mut threads = Vec::new();
    for url in server.urls() {
        let agent = agent.clone();
        threads.push(thread::spawn(move || download(&agent, &url)));
    }
    let mut pictures = Vec::new();
    for thread in threads {
        pictures.push(thread.join().unwrap()?);
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
