//! Functions whose value is drawn: which they are, and how each call gets a random stream of its own.
//!
//! Every call site has a key, computed by the host from (seed, repeat, object, site, and for dynamics the config), and
//! an index (step, element), so that a draw depends on nothing else.

use crate::language::ast::{Expr, ExprKind};

use super::algebra::{call, map_children, name};

/// Whether a call of this function draws a random number.
pub fn is_draw(function: &str) -> bool {
    of(function).is_some()
}

/// The function of the prelude that draws for one of the language: its arguments follow key, step and element.
fn of(function: &str) -> Option<&'static str> {
    Some(match function {
        "rand" => "ss_uniform",
        "randn" => "ss_normal",
        "poisson" => "ss_poisson",
        "binomial" => "ss_binomial",
        "exponential" => "ss_exponential",
        "gamma" => "ss_gamma",
        "uniform" => "ss_uniform_between",
        _ => return None,
    })
}

/// A call site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Name of the object whose text holds the call.
    pub object: String,
    /// Which text and which call in it; frozen, since it is part of the key.
    pub label: String,
    /// Structure and initial values: keyed without the config.
    pub structural: bool,
}

/// All call sites of a model; the position of a site is its column in the points' table of keys.
#[derive(Debug, Clone, Default)]
pub struct Sites {
    /// In the order of the columns.
    pub list: Vec<Site>,
}

/// Where the draws of one text are indexed.
#[derive(Debug, Clone)]
pub struct Index<'a> {
    /// Name of the object.
    pub object: &'a str,
    /// Name of the text, `reset` for example.
    pub text: &'a str,
    /// Structure and initial values.
    pub structural: bool,
    /// Code of the step's number.
    pub step: &'a str,
    /// Code of the element's number.
    pub element: &'a str,
}

impl Sites {
    /// Identifier of the key of a new site.
    pub fn add(&mut self, index: &Index) -> String {
        let before = self.list.iter().filter(|s| s.object == index.object && s.label.starts_with(index.text));
        let label = format!("{}:{}", index.text, before.count());
        self.list.push(Site { object: index.object.to_string(), label, structural: index.structural });
        format!("k_{}", self.list.len() - 1)
    }

    /// Identifier of the key of a new site of the dynamics that has a name of its own: a noise.
    pub fn named(&mut self, object: &str, label: &str) -> String {
        self.list.push(Site { object: object.to_string(), label: label.to_string(), structural: false });
        format!("k_{}", self.list.len() - 1)
    }

    /// Gives every draw of an expression over identifiers its stream.
    pub fn bind(&mut self, expr: &Expr, index: &Index) -> Expr {
        let expr = map_children(expr, &mut |child| self.bind(child, index));
        let ExprKind::Call(function, arguments) = &expr.kind else { return expr };
        let Some(drawn) = of(function) else { return expr };
        let mut all = vec![name(self.add(index)), name(index.step), name(index.element)];
        all.extend(arguments.iter().cloned());
        call(drawn, all)
    }
}
