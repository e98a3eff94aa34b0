//! Rules of `connect` as they are written.

use kernels::language::ast::Span;

use super::{DataFile, Integers, Scalar, Text};
use crate::tree::Key;

/// One rule of `connect`.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Connect {
    pub condition: Option<Text>,
    pub p: Option<Scalar>,
    pub n: Option<Scalar>,
    pub i: Option<Chosen>,
    pub j: Option<Chosen>,
    pub skip_if_invalid: Option<(bool, Span)>,
    pub out_degree: Option<Scalar>,
    pub in_degree: Option<Scalar>,
    pub repeats: Option<(bool, Span)>,
    pub file: Option<Text>,
    pub values: Vec<(Key, Given)>,
    pub span: Span,
}

/// Values of a synaptic variable that are given with pairs.
#[derive(Debug)]
pub enum Given {
    /// `["1 mV", "2 mV"]`
    List(Vec<Scalar>, Span),
    /// `{ file = "w.npy", unit = "mV" }`
    File(DataFile),
    /// A column of the file of the rule.
    Column(Text),
}

/// Indices of one side of `connect`.
#[derive(Debug)]
#[allow(missing_docs)]
pub enum Chosen {
    Listed(Integers),
    File(DataFile),
    Generated(Text),
}
