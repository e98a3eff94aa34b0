//! What names mean in a place of the job: a scope for the language's checker.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernels::language::ast::Span;
use kernels::language::callable::Callable;
use kernels::language::check::{Scope, Symbol};

/// Names with their kinds and dimensions.
#[derive(Debug, Clone, Default)]
pub struct Names {
    symbols: BTreeMap<String, Symbol>,
    texts: BTreeSet<String>,
    places: BTreeMap<String, Span>,
    callables: BTreeMap<String, Arc<dyn Callable>>,
}

impl Names {
    /// Adds a name.
    pub fn add(&mut self, name: impl Into<String>, symbol: Symbol) {
        self.symbols.insert(name.into(), symbol);
    }

    /// Adds a name that is defined at a place of the job.
    pub fn add_at(&mut self, name: impl Into<String>, symbol: Symbol, place: Span) {
        let name = name.into();
        self.places.insert(name.clone(), place);
        self.add(name, symbol);
    }

    /// Adds the name of a text.
    pub fn add_text(&mut self, name: impl Into<String>) {
        self.texts.insert(name.into());
    }

    /// Adds a function of the job.
    pub fn add_callable(&mut self, name: impl Into<String>, callable: Arc<dyn Callable>) {
        self.callables.insert(name.into(), callable);
    }

    /// The same names and more.
    pub fn with(&self, more: &[(&str, Symbol)]) -> Names {
        let mut out = self.clone();
        for (name, symbol) in more {
            out.add(*name, *symbol);
        }
        out
    }

    /// Whether the name is known.
    pub fn has(&self, name: &str) -> bool {
        self.symbols.contains_key(name)
    }
}

impl Scope for Names {
    fn symbol(&self, name: &str) -> Option<Symbol> {
        self.symbols.get(name).copied()
    }

    fn names(&self) -> Vec<String> {
        self.symbols.keys().chain(&self.texts).cloned().collect()
    }

    fn declared(&self, name: &str) -> Option<Span> {
        self.places.get(name).copied()
    }

    fn is_text(&self, name: &str) -> bool {
        self.texts.contains(name)
    }

    fn callable(&self, name: &str) -> Option<&dyn Callable> {
        self.callables.get(name).map(|callable| &**callable)
    }

    fn callables(&self) -> Vec<String> {
        self.callables.keys().cloned().collect()
    }
}
