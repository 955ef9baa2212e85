use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

fn shut_down(how: &str, shutdown: impl FnOnce(Runtime)) {
    let runtime = Builder::new_current_thread().build().unwrap();
    let (begins, has_begun) = mpsc::channel();
    let task = runtime.spawn_blocking(move || {
        begins.send(()).unwrap();
        thread::sleep(Duration::from_secs(1));
    });
    has_begun.recv().unwrap();

    shutdown(runtime);
    println!("{how}: closure has ended: {}", task.is_finished());
}

fn main() {
    shut_down("shutdown_background", Runtime::shutdown_background);
    shut_down("half a second at most", |runtime| {
        runtime.shutdown_timeout(Duration::from_millis(500));
    });
    shut_down("two seconds at most", |runtime| {
        runtime.shutdown_timeout(Duration::from_secs(2));
    });
    shut_down("drop", drop);
}
