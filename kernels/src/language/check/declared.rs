//! Where the dimensions in a message come from: marks at the definitions of the names that stand in an expression.

use super::super::ast::{Expr, ExprKind};
use super::super::dimension::Dimension;
use super::super::fault::Fault;
use super::super::walk;
use super::Checker;
use super::advice::{self, in_words};

/// With more names than this, only operands that are a single name are marked.
const MOST: usize = 3;

impl Checker<'_> {
    /// Adds a mark at the definition of each name in these expressions, if they are few.
    pub(super) fn origins(&self, mut fault: Fault, expressions: &[&Expr]) -> Fault {
        let mut all = Vec::new();
        expressions.iter().for_each(|e| names_of(e, &mut all));
        if all.len() > MOST {
            all.clear();
            let single = |e: &&&Expr| matches!(e.kind, ExprKind::Name(_));
            expressions.iter().filter(single).for_each(|e| names_of(e, &mut all));
        }
        for name in all {
            if let (Some(symbol), Some(span)) = (self.scope.symbol(&name), self.scope.declared(&name)) {
                fault = fault.also(span, format!("'{name}' is {}", in_words(symbol.dimension)));
            }
        }
        fault
    }

    /// The help where one of two operands is a name from elsewhere that has no unit.
    pub(super) fn unitless_name(
        &self,
        left: (&Expr, Dimension),
        right: (&Expr, Dimension),
    ) -> Option<String> {
        let ((expr, _), needed) =
            [(left, right.1), (right, left.1)].into_iter().find(|((_, d), _)| d.is_none())?;
        let ExprKind::Name(name) = &expr.kind else { return None };
        self.scope.declared(name).filter(|span| span.text != expr.span.text)?;
        let unit = advice::times(needed);
        let unit = unit.trim_start_matches('*');
        let otherwise = advice::scaled(expr, Dimension::NONE, needed);
        Some(format!("give '{name}' a unit where it is defined, such as {unit}; or {otherwise}"))
    }

    /// The help, with a word on the one name from elsewhere that has no unit: it may be the culprit.
    pub(super) fn unitless(&self, expr: &Expr, help: String) -> String {
        let mut all = Vec::new();
        names_of(expr, &mut all);
        let elsewhere =
            |name: &str| self.scope.declared(name).is_some_and(|span| span.text != expr.span.text);
        let pure = |name: &str| self.scope.symbol(name).is_some_and(|s| s.dimension.is_none());
        let mut found = all.iter().filter(|name| elsewhere(name) && pure(name));
        match (found.next(), found.next()) {
            (Some(name), None) => format!("{help}; or give '{name}' a unit, which it lacks"),
            _ => help,
        }
    }
}

fn names_of(expr: &Expr, out: &mut Vec<String>) {
    walk::names(expr, &mut |name, _| {
        if !out.iter().any(|n| n == name) {
            out.push(name.to_owned());
        }
    });
}
