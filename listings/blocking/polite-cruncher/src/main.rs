use tokio::task::{spawn, yield_now};

fn crunch(n: u64) {
    let sum: u64 = (1..=n * 1_000).sum();
    println!("crunched {n}: {sum}");
}

async fn rude_cruncher() {
    for n in 1..=3 {
        crunch(n);
    }
}

async fn polite_cruncher() {
    for n in 1..=3 {
        crunch(n);
        yield_now().await;
    }
}

async fn heartbeat() {
    for n in 1..=3 {
        println!("beat {n}");
        yield_now().await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("-- rude");
    let cruncher = spawn(rude_cruncher());
    heartbeat().await;
    cruncher.await.unwrap();

    println!("-- polite");
    let cruncher = spawn(polite_cruncher());
    heartbeat().await;
    cruncher.await.unwrap();
}
