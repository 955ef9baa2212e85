fn main() {
    let name = "other";
    println!("{}", app::greeting(name));
}
