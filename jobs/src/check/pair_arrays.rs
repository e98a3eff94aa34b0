//! Pairs of `connect` from a `.npy` file of two columns: the sources and the targets.
//!
//! Refuses other numbers of columns, names of columns, which such a file has not, and what is no index.

use kernels::language::ast::Span;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;

use super::model::Checker;
use super::samples::Files;
use crate::codes;
use crate::written::{Connect, DataFile};

/// What to do where its columns are named.
pub(super) const TWO_COLUMNS: &str =
    "leave 'i' and 'j' out: the first column holds the sources, the second one the targets";

/// What to do about values.
pub(super) const VALUES_APART: &str = "write the values to a file of their own, of one dimension: values = { w = { file = \"w.npy\", unit = \"mV\" } }";

/// Indices of the sources and of the targets, unless they were refused.
type Sides = (Option<Vec<u32>>, Option<Vec<u32>>);

impl Checker<'_> {
    /// Whether the pairs of a rule stand in a `.npy` file.
    pub(super) fn is_of_array(&mut self, rule: &Connect) -> bool {
        let file = rule.file.and_then(|file| self.put_in(file));
        file.is_some_and(|file| self.texts().get(file.id).ends_with(".npy"))
    }

    /// The fault of a column that is named in such a file.
    pub(super) fn no_names_in_array<T>(&mut self, span: Span, help: &str) -> Option<T> {
        let fault = Fault::new(codes::CONNECT, span, "a .npy file has no columns with names");
        self.refuse(fault.help(help))
    }

    /// `{ file = "pairs.npy" }`: an array of shape (n, 2).
    pub(super) fn columns_of_array(&mut self, rule: &Connect, files: &mut Files<'_>) -> Option<Sides> {
        let file = rule.file?;
        let file = DataFile { file, column: None, unit: None, span: file.span };
        let grid = self.samples_of(&file, files)?;
        debug_assert_eq!(grid.typed.dimension, Dimension::NONE);
        if grid.columns != Some(2) {
            let found = match grid.columns {
                None => "one dimension".to_owned(),
                Some(1) => "one column".to_owned(),
                Some(columns) => format!("{columns} columns"),
            };
            let message = format!("pairs are an array of two columns, but this one has {found}");
            let fault = Fault::new(codes::CONNECT, file.span, message);
            return self.refuse(fault.help(match grid.columns {
                None => "arrays of one dimension are named one by one: i = { file = \"i.npy\" }, j = { file = \"j.npy\" }",
                _ => VALUES_APART,
            }));
        }
        let column = |k: usize| grid.values.iter().skip(k).step_by(2).copied().collect::<Vec<f64>>();
        let mut side = |k: usize, name: &str| self.all_indices(&column(k), name, file.span);
        Some((side(0, "i"), side(1, "j")))
    }
}
