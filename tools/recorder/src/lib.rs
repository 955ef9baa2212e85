#![doc = include_str!("../README.md")]

mod build;
mod fold;
pub mod instrument;
mod normalize;
mod package;
mod raw;
mod record;
mod scratch;
mod witness;

pub use package::hash;
pub use record::{Options, Recorded, record};
pub use scratch::scratch;
pub use witness::{is_fixed, made};
