//! What a job may be called: its results go to a folder of that name, so a name must not lead anywhere else.
//!
//! Refuses `.`, `..`, slashes, names of nothing, and characters that steer a terminal.

use kernels::language::ast::Span;
use kernels::language::fault::Fault;

use crate::codes;

/// The fault of a name that is none of a folder.
pub fn fault(name: &str, span: Span) -> Option<Fault> {
    let why = match name {
        _ if name.trim().is_empty() => "it is empty",
        "." | ".." => "it means another folder",
        _ if name.contains('/') => "it holds a '/'",
        _ if name.contains(char::is_control) => "it holds a control character",
        _ => return None,
    };
    let fault = Fault::new(codes::NAME, span, format!("a job cannot be called {name:?}: {why}"));
    Some(fault.help("results go to the folder results/NAME; another place is named with --out"))
}
