#![deny(warnings)]
//! The library beside the program.

pub mod counted {
    include!(concat!(env!("OUT_DIR"), "/made.rs"));
}

pub fn greeting(name: &str) -> String {
    let greeting = format!("hello, {name}");
    greeting
}
