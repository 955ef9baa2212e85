fn main() {
    println!("this never ends");
    loop {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}
