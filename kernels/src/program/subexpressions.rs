//! Subexpressions of a group: inlined where a rule needs to see through them, computed once where a loop uses them.

use std::collections::HashMap;

use crate::language::ast::{Expr, ValueKind};

use super::algebra::{mentions, name, names as names_in, substitute};
use super::hoist::Hoister;
use super::lines::Line;
use super::names::{Known, Names};

/// The subexpressions of one group, in an order in which each uses only earlier ones.
#[derive(Debug, Clone, Default)]
pub struct Subexpressions {
    ordered: Vec<(String, ValueKind, Expr)>,
}

impl Subexpressions {
    /// Sorts by dependency; the check has refused cycles.
    pub fn new(definitions: Vec<(String, ValueKind, Expr)>) -> Subexpressions {
        let mut waiting = definitions;
        let mut ordered: Vec<(String, ValueKind, Expr)> = Vec::new();
        while !waiting.is_empty() {
            let is_waiting = |n: &str| waiting.iter().any(|(other, ..)| other == n);
            let ready = waiting.iter().position(|(_, _, e)| names_in(e).iter().all(|n| !is_waiting(n)));
            ordered.push(waiting.remove(ready.unwrap_or(0)));
        }
        Subexpressions { ordered }
    }

    /// Replaces every subexpression by what it stands for, down to variables and parameters.
    pub fn inline(&self, expr: &Expr) -> Expr {
        self.ordered.iter().rev().fold(expr.clone(), |expr, (n, _, definition)| replace(&expr, n, definition))
    }

    /// Replaces only subexpressions that depend on one of the variables.
    pub fn inline_where(&self, expr: &Expr, variables: &[String]) -> Expr {
        self.ordered.iter().rev().fold(expr.clone(), |expr, (n, _, definition)| {
            let deep = self.inline(definition);
            if variables.iter().any(|v| mentions(&deep, v)) { replace(&expr, n, definition) } else { expr }
        })
    }

    /// Whether `t` occurs, seen through subexpressions.
    pub fn uses_time(&self, expr: &Expr) -> bool {
        mentions(&self.inline(expr), "t")
    }

    /// Names and definitions, in order.
    pub fn definitions(&self) -> impl Iterator<Item = (&String, &Expr)> {
        self.ordered.iter().map(|(n, _, definition)| (n, definition))
    }

    /// The kind of a subexpression.
    pub fn kind(&self, wanted: &str) -> Option<ValueKind> {
        self.ordered.iter().find(|(n, ..)| n == wanted).map(|(_, kind, _)| *kind)
    }

    /// Makes names forget values of subexpressions that were computed at another point.
    pub fn forget(&self, names: &mut Names) {
        for (n, ..) in &self.ordered {
            names.define(n, name(format!("?{n}")));
        }
    }

    /// As [`forget`](Self::forget), for these only.
    pub fn forget_some(&self, names: &mut Names, some: &[&String]) {
        some.iter().for_each(|n| names.define(n, name(format!("?{n}"))));
    }

    /// Turns user names into identifiers; subexpressions that are used get a line of their own, once.
    pub fn resolve(
        &self,
        expr: &Expr,
        names: &mut Names,
        hoister: &mut Hoister,
        lines: &mut Vec<Line>,
    ) -> Expr {
        let needed = names_in(expr);
        for (n, kind, definition) in &self.ordered {
            let is_open = names.meaning(n).is_none_or(|m| *m == name(format!("?{n}")));
            if needed.contains(n) && is_open {
                let value = self.resolve(definition, names, hoister, lines);
                let value = hoister.hoist(&value, names);
                let depends = names.depends(&value);
                if !depends.step && !super::algebra::is_random(&value) {
                    names.define(n, value);
                    continue;
                }
                let ident = fresh(n, lines);
                names.bind(n, ident.clone(), Known { kind: *kind, ..depends });
                hoister.local(&ident, &value, names);
                lines.push(Line::Let { ident, kind: *kind, value });
            }
        }
        names.resolve(expr)
    }
}

fn replace(expr: &Expr, wanted: &str, by: &Expr) -> Expr {
    substitute(expr, &HashMap::from([(wanted.to_string(), by.clone())]))
}

/// `v_name`, or `v_name_2`, ... where a line defines it already.
fn fresh(user: &str, lines: &[Line]) -> String {
    let taken =
        |ident: &str| lines.iter().any(|l| matches!(l, Line::Let { ident: other, .. } if other == ident));
    let mut ident = format!("v_{user}");
    let mut n = 2;
    while taken(&ident) {
        ident = format!("v{n}_{user}");
        n += 1;
    }
    ident
}
