//! Functions that a job defines by name: what the rules of calls need to know of one, whatever it is made of.
//!
//! A [`Scope`](super::check::Scope) knows them; built-in functions of the same name come first, so that a job can
//! replace none.

use super::ast::{Expr, Span};
use super::check::Typed;
use super::dimension::Dimension;
use super::fault::Fault;
use super::user_function::UserFunction;

/// A function of the job.
pub trait Callable: std::fmt::Debug {
    /// How it is called, for messages: `stim(t, i)`.
    fn usage(&self) -> String;

    /// The dimension that each argument must have; `None`: whatever it has. Conditions are refused everywhere.
    fn arguments(&self) -> &[Option<Dimension>];

    /// What a call gives, with arguments whose number and dimensions are right.
    fn result(&self, call: &Expr, given: &[Typed]) -> Result<Typed, Vec<Fault>>;

    /// Where it is defined, if that is a place to show.
    fn defined(&self) -> Option<Span> {
        None
    }

    /// The expression that it is given by, if it is: calls are replaced by it.
    fn formula(&self) -> Option<&UserFunction> {
        None
    }

    /// Whether its definition was refused: nothing more is said of calls.
    fn is_refused(&self) -> bool {
        false
    }

    /// What to say to somebody who uses the name as a value, besides how it is called.
    fn bare(&self) -> Option<String> {
        None
    }
}
