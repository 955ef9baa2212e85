#![doc = include_str!("../README.md")]

mod build;
mod fold;
pub mod instrument;
mod manifest;
mod modules;
mod normalize;
mod package;
mod raw;
mod record;
mod run;
mod scratch;
mod sites;
mod targets;
mod tree;
mod witness;

pub use record::{Options, Recorded, record};
pub use scratch::scratch;
pub use witness::{is_deterministic, spawns_and_timers};
