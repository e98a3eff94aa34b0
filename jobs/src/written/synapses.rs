//! `[synapses.NAME]` and its pathways, as written.

use kernels::model::Side;

use super::{Block, Connect, Scalar, Text, Tolerances};
use crate::tree::Key;

/// `[synapses.NAME]`
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Synapses {
    pub name: Key,
    pub source: Option<Text>,
    pub target: Option<Text>,
    pub equations: Option<Text>,
    pub method: Option<Text>,
    pub tolerances: Tolerances,
    pub dt: Option<Scalar>,
    pub connect: Vec<Connect>,
    pub multisynaptic_index: Option<Text>,
    pub initial: Vec<Block>,
    pub pathways: Vec<Pathway>,
}

/// What spikes of one side of synapses do: `on_pre` and `on_post` of the object, or `[synapses.NAME.pathways.NAME]`.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Pathway {
    /// `None`: `on_pre` or `on_post` itself.
    pub name: Option<Key>,
    /// `None`: both sides, or neither.
    pub side: Option<Side>,
    pub code: Option<Text>,
    pub delay: Option<Scalar>,
    pub event: Option<Text>,
    pub slot: Option<Text>,
    pub order: Option<i64>,
}
