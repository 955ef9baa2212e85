use std::thread;

fn main() {
    thread::scope(|scope| {
        for name in ["first", "second"] {
            scope.spawn(move || {
                println!("{name} starts");
                println!("{name} ends");
            });
        }
    });
    println!("done");
}
