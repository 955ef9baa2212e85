mod edges;
mod server;

use std::error::Error;
use std::time::Instant;

use server::Server;
use ureq::Agent;

fn download(agent: &Agent, url: &str) -> Result<Vec<u8>, ureq::Error> {
    agent.get(url).call()?.body_mut().read_to_vec()
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
    let downloading = t1.elapsed();
    println!(
        "{} pictures, at most {} at once",
        pictures.len(),
        server.most_at_once()
    );

    let t2 = Instant::now();
    let mut edges = Vec::new();
    for picture in &pictures {
        edges.push(edges::count(picture)?);
    }
    let counting = t2.elapsed();
    println!("Edges: {edges:?}");

    let longer = if downloading > counting {
        "downloading"
    } else {
        "counting"
    };
    println!("Most of the time went into {longer}");
    Ok(())
}
