fn main() -> Result<(), String> {
    let number = std::env::args().count();
    eprintln!("{number} argument");
    Err("this is what is wrong".to_owned())
}
