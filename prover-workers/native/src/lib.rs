//! Granary's prover child: the Filecoin proofs library behind length-prefixed JSON frames.
//!
//! The flow of a request: [`frames`] reads it from standard input, [`server`] answers what needs no
//! work at once and queues the rest for the one worker thread, [`methods`] finds the function that
//! does it ([`pieces`], [`seal`], [`commit`], [`unseal`], [`post`], [`verify`], [`snap`],
//! [`sector_cache`]), and the answer leaves through [`frames`] again. What the library logs goes the
//! same way, by [`log_frames`]. `PROTOCOL.md` beside this crate is the contract.
//!
//! [`parameters`] makes the Groth16 parameters of small sectors from a fixed seed.

pub mod commit;
pub mod environment;
pub mod failure;
pub mod files;
pub mod frames;
pub mod input;
pub mod log_frames;
pub mod methods;
pub mod parameters;
pub mod parent_cache;
pub mod pieces;
pub mod post;
pub mod proof_types;
pub mod seal;
pub mod sector_cache;
pub mod self_test;
pub mod server;
pub mod snap;
pub mod stats;
pub mod unseal;
pub mod vanilla;
pub mod verify;

/// The version of the frame protocol; raised when an old parent could misread a new child.
pub const PROTOCOL: u32 = 1;
