use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

/// A runtime with a closure that has begun and runs for 1 second more.
fn busy_runtime() -> Runtime {
    let runtime = Builder::new_current_thread().build().unwrap();
    let (started, has_started) = mpsc::channel();
    runtime.spawn_blocking(move || {
        started.send(()).unwrap();
        thread::sleep(Duration::from_secs(1));
    });
    has_started.recv().unwrap();
    runtime
}

fn timed(name: &str, end: impl FnOnce(Runtime)) {
    let runtime = busy_runtime();
    let start = Instant::now();
    end(runtime);
    println!("{name}: {:.2} seconds", start.elapsed().as_secs_f64());
}

fn main() {
    timed("shutdown_background", Runtime::shutdown_background);
    timed("shutdown_timeout", |runtime| {
        runtime.shutdown_timeout(Duration::from_millis(500));
    });
    timed("drop", drop);
}
