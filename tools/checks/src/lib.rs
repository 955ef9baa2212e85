#![doc = include_str!("../README.md")]

mod below;
mod bless;
pub mod book;
pub mod cargo;
pub mod command;
pub mod console;
pub mod declared;
mod errors;
mod exercise;
pub mod fence;
mod harness;
pub mod include;
mod lint;
mod message;
pub mod normalize;
pub mod order;
mod output;
mod pair;
pub mod problem;
pub mod process;
mod program;
pub mod python;
pub mod seconds;
mod snippet;
mod starter;
mod what_if;
pub mod workspace;

pub use errors::{codes as error_codes, words as errors};
pub use exercise::{solutions, stubs};
pub use harness::{Check, Options, Promise, main, main_with};
pub use lint::book as house;
pub use output::cargo_blocks as outputs;
pub use output::python_blocks as python_outputs;
pub use pair::pairs;
pub use snippet::fences as programs;
pub use starter::copies as starters;
