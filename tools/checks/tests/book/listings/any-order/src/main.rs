use std::thread;

fn main() {
    thread::spawn(|| println!("left alone"));
    thread::scope(|scope| {
        scope.spawn(|| println!("first"));
        scope.spawn(|| println!("second"));
    });
}
