//! The equation language: text to syntax trees, units, dimensions, and values of scalar expressions.
pub mod ast;
pub mod callable;
pub mod check;
pub mod codes;
pub mod constants;
pub mod dimension;
pub mod evaluate;
pub mod fault;
pub mod functions;
pub mod interval;
mod lexer;
pub mod names;
pub mod parser;
pub mod print;
pub mod suggest;
pub mod units;
pub mod user_function;
pub mod walk;
