//! Async functions in traits, called through generics.

use std::time::Duration;

use tokio::time::sleep;

trait Greets {
    async fn name(&self) -> String;

    async fn greet(&self) -> String {
        let name = self.name().await;
        format!("hello, {name}")
    }
}

#[derive(Debug)]
struct Slow(u64);

impl Greets for Slow {
    async fn name(&self) -> String {
        sleep(Duration::from_millis(self.0)).await;
        String::from("slow")
    }
}

struct Fast;

impl Greets for Fast {
    async fn name(&self) -> String {
        String::from("fast")
    }

    async fn greet(&self) -> String {
        String::from("hi")
    }
}

async fn both<A: Greets, B: Greets>(a: &A, b: &B) -> String {
    a.greet().await + " and " + &b.greet().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{}", both(&Slow(100), &Fast).await);
}
