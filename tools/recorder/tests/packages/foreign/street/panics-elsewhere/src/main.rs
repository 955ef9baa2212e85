mod inner;

fn main() {
    let thread = std::thread::spawn(|| inner::fail(0));
    assert!(thread.join().is_err());
    println!("{}", std::panic::Location::caller());
    inner::fail(1);
}
