//! Closures on the blocking pool of a runtime that is shut down, in a function whose type names one.

use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

fn pause() {
    thread::sleep(Duration::from_millis(200));
}

fn shut_down(shutdown: impl FnOnce(Runtime)) {
    let runtime = Builder::new_current_thread().build().unwrap();
    let task = runtime.spawn_blocking(pause);
    shutdown(runtime);
    println!("{}", task.is_finished());
}

fn main() {
    shut_down(drop);
    shut_down(|runtime| {
        runtime.shutdown_timeout(Duration::from_secs(60));
    });
}
