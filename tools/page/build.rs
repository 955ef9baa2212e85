//! Notes which compiler builds the preprocessor: it is the one that the pages name.

use std::env;
use std::error::Error;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo runs this again whenever it has another compiler, whatever it is told here.
    println!("cargo::rerun-if-changed=build.rs");
    let rustc = env::var_os("RUSTC").ok_or("cargo says which compiler it uses")?;
    let said = Command::new(rustc).arg("--version").output()?.stdout;
    let said = String::from_utf8(said)?;
    // `rustc 1.95.0 (59807616e 2026-04-14)`
    let version = said.split(' ').nth(1).ok_or("rustc says its version")?;
    println!("cargo::rustc-env=RUST={version}");
    Ok(())
}
