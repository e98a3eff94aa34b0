//! Timed arrays: rows, columns and lines between rows, against models of their own; every place where they can be called;
//! files that differ between points.

#[path = "../support/mod.rs"]
mod support;

mod files;
mod integration;
mod places;
mod rows;
