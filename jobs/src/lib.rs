//! The job file: TOML with source spans -> `Written` -> [`Job`] -> [`Points`].
//!
//! Whatever can be refused because of the user is refused here, before anything is compiled, all of it at once. Nothing
//! is printed and no process is opened.

mod canonical;
mod check;
pub mod codes;
pub mod csv;
mod decimal;
mod diagnostic;
mod differences;
mod echoes;
mod files;
mod folder_name;
pub mod format;
mod include;
mod job;
mod json;
mod limits;
mod lines;
mod look_alikes;
mod mends;
pub mod npy;
mod output;
pub mod pages;
mod points;
mod read;
mod strings;
mod syntax;
mod texts;
mod tree;
mod written;

pub use check::Noise;
pub use diagnostic::{Rejected, render};
pub use differences::differences;
pub use job::{Job, from_text, from_text_within, load, load_within};
pub use json::{FaultEntry, Place, Refusal};
pub use limits::Limits;
pub use output::{Column, ColumnKind, Table};
pub use points::select::Selection;
pub use points::{
    Bindings, Classes, ColumnDef, ColumnSource, Point, Points, RunValues, number, steps, whole,
};
pub use texts::Texts;
