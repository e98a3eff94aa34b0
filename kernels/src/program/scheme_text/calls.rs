//! f, g, A and functions in a scheme: their arguments, and what they give.

use crate::language::ast::{Expr, ExprKind};
use crate::language::functions::{self, Arguments, ResultDimension};

use super::super::algebra::{is, mentions, names, visit};
use super::super::linear;
use super::known::{Known, Noise, dimension, same};
use super::{Checker, MULTIPLY};

impl Checker {
    pub(super) fn call(&mut self, expr: &Expr, function: &str, arguments: &[Expr]) -> Option<Known> {
        match function {
            "f" | "A" | "g" => {}
            _ => return self.function(expr, function, arguments),
        }
        let [x, t] = arguments else {
            return self.refuse(
                expr.span,
                format!("{function} takes a value and a time"),
                &format!("write {function}(x, t)"),
            );
        };
        self.point(function, x)?;
        self.time(function, t)?;
        self.noisy |= function == "g";
        let noise = (function == "g").then_some(Noise { least: 0, most: 0, with_g: true });
        let powers = match function {
            "A" => (0.0, -1.0),
            "f" => (1.0, -1.0),
            _ => (1.0, -0.5),
        };
        Some(Known { powers, noise, plain: noise.is_none(), summed: 0 })
    }

    /// The value at which a rate is computed.
    fn point(&mut self, function: &str, x: &Expr) -> Option<()> {
        if calls(x) || mentions(x, "dW") || mentions(x, "t") {
            let message = format!("the first argument of {function} is made of x, stages, dt and numbers");
            return self.refuse(x.span, message, "write a stage for it, a line above: k = ...");
        }
        let known = self.value(x)?;
        if !same(known.powers, (1.0, 0.0)) {
            let message = format!(
                "the first argument of {function} must be like x, but this is {}",
                dimension(known.powers)
            );
            return self.refuse(x.span, message, MULTIPLY);
        }
        self.pointed |= known.noise.is_some();
        Some(())
    }

    /// The time at which it is computed: t, or t and a part of the step.
    fn time(&mut self, function: &str, t: &Expr) -> Option<()> {
        let only = names(t).iter().all(|n| n == "t" || n == "dt") && !calls(t);
        let split = linear::split(t, &["t".to_string(), "dt".to_string()]);
        let fits = split.is_some_and(|s| is(&s.coefficients[0], 1.0) && is(&s.rest, 0.0));
        if only && fits {
            return Some(());
        }
        self.refuse(
            t.span,
            format!("the second argument of {function} is t, or t plus a part of dt"),
            "for example t + dt/2",
        )
    }

    fn function(&mut self, expr: &Expr, name: &str, arguments: &[Expr]) -> Option<Known> {
        let known: Vec<Option<Known>> = arguments.iter().map(|a| self.value(a)).collect();
        let Some(function) = functions::lookup(name).filter(|f| !f.random && f.arguments != Arguments::Time)
        else {
            let message = format!("there is no function '{name}' in schemes");
            return self.refuse(expr.span, message, "f(x, t) is the right-hand side without noise, g(x, t) the factor of its noise, A(x, t) the coefficient of x");
        };
        if function.arity != arguments.len() {
            return self.refuse(
                expr.span,
                format!("{name} takes {} arguments", function.arity),
                &format!("write {}", function.usage),
            );
        }
        let known: Vec<Known> = known.into_iter().collect::<Option<_>>()?;
        if known.iter().any(|k| k.noise.is_some()) {
            return self.refuse(
                expr.span,
                format!("{name} of noise has no meaning in a scheme"),
                "noise stands in sums, products and whole powers",
            );
        }
        let bad = match function.arguments {
            Arguments::Same => known.iter().any(|k| !same(k.powers, known[0].powers)),
            _ => known.iter().any(|k| !same(k.powers, (0.0, 0.0))),
        };
        if bad {
            let what = dimension(known[0].powers);
            return self.refuse(
                expr.span,
                format!("{name} takes pure numbers, but this is {what}"),
                "for example exp(dt*A(x, t))",
            );
        }
        let powers = match function.result {
            ResultDimension::Pure => (0.0, 0.0),
            ResultDimension::First => known[0].powers,
            ResultDimension::Last => known[known.len() - 1].powers,
            ResultDimension::Root => (known[0].powers.0 / 2.0, known[0].powers.1 / 2.0),
        };
        let summed = known.iter().map(|k| k.summed).max().unwrap_or(0);
        self.most = self.most.max(summed * 2);
        Some(Known { powers, noise: None, plain: true, summed })
    }
}

fn calls(expr: &Expr) -> bool {
    let mut found = false;
    visit(expr, &mut |e| found |= matches!(e.kind, ExprKind::Call(..)));
    found
}
