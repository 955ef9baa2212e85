//! Everything that async Rust and Tokio have, each in a small program: what is recorded of it is what
//! happens.

mod consistent;
mod forms;
mod handles;
mod run;
mod runtimes;
mod side_by_side;
mod sync;
mod threads;
mod time;
mod words;
mod world;
