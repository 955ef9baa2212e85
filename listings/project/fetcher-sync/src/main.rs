mod edges;
mod gauge;
mod server;

use std::error::Error;
use std::time::{Duration, Instant};

use server::Server;
use ureq::Agent;

fn download(agent: &Agent, url: &str) -> Result<Vec<u8>, ureq::Error> {
    agent.get(url).call()?.body_mut().read_to_vec()
}

fn against(start: Instant, seconds: u64) -> &'static str {
    match start.elapsed() < Duration::from_secs(seconds) {
        true => "less than",
        false => "more than",
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start()?;
    // A proxy that is set for this machine's traffic could not reach the server.
    let agent = Agent::from(Agent::config_builder().proxy(None).build());

    let t1 = Instant::now();
    let mut pictures = Vec::new();
    for url in server.urls() {
        pictures.push(download(&agent, &url)?);
    }
    println!(
        "{} pictures, at most {} at once",
        pictures.len(),
        server.most_at_once()
    );
    println!("Downloading took {} 3 seconds", against(t1, 3));

    let t2 = Instant::now();
    let mut edges = Vec::new();
    for picture in &pictures {
        edges.push(edges::count(picture)?);
    }
    println!("Edges: {edges:?}");
    println!("Counting took {} 1 second", against(t2, 1));
    Ok(())
}
