//! The rules of operators.

use super::super::ast::{Binary, Expr, ExprKind, Unary, ValueKind};
use super::super::codes;
use super::super::dimension::Dimension;
use super::super::fault::Fault;
use super::super::{print, units};
use super::advice::{self, in_words, shown};
use super::{Checker, Sort, Typed};

impl Checker<'_> {
    pub(super) fn binary(&mut self, expr: &Expr, binary: Binary, left: &Expr, right: &Expr) -> Option<Typed> {
        match binary {
            Binary::And | Binary::Or => self.all_conditions(&[left, right], sign(binary)),
            Binary::Less
            | Binary::LessEqual
            | Binary::Greater
            | Binary::GreaterEqual
            | Binary::Equal
            | Binary::NotEqual => self.comparison(binary, left, right),
            _ => {
                let (a, b) = (self.number(left, sign(binary)), self.number(right, sign(binary)));
                self.arithmetic(expr, binary, (left, a?), (right, b?))
            }
        }
    }

    /// A number: conditions are refused as operands of arithmetic.
    pub(super) fn number(&mut self, expr: &Expr, sign: &str) -> Option<Typed> {
        let typed = self.value(expr)?;
        if typed.kind != ValueKind::Boolean {
            return Some(typed);
        }
        let message = format!("'{sign}' needs numbers, but {} is a condition", shown(expr));
        self.report(
            Fault::new(codes::BOOLEAN_ARITHMETIC, expr.span, message)
                .label("a condition")
                .help(format!("int() makes 1 of true and 0 of false: int({})", advice::shortened(expr))),
        )
    }

    pub(super) fn all_conditions(&mut self, operands: &[&Expr], sign: &str) -> Option<Typed> {
        let mut all = Some(Typed::BOOLEAN);
        for operand in operands {
            let good = self
                .value(operand)
                .and_then(|typed| self.needed_condition(operand, typed, &format!("an operand of '{sign}'")));
            all = good.and(all);
        }
        all
    }

    fn arithmetic(
        &mut self,
        expr: &Expr,
        binary: Binary,
        a: (&Expr, Typed),
        b: (&Expr, Typed),
    ) -> Option<Typed> {
        let both_integer = a.1.kind == ValueKind::Integer && b.1.kind == ValueKind::Integer;
        let kind = if both_integer { ValueKind::Integer } else { ValueKind::Real };
        let (da, db) = (a.1.dimension, b.1.dimension);
        match binary {
            Binary::Add | Binary::Subtract | Binary::Modulo => {
                self.same(binary, codes::OPERANDS, (a.0, da), (b.0, db))?;
                Some(Typed { kind, dimension: da })
            }
            Binary::Multiply => Some(Typed { kind, dimension: self.sane(expr, da.times(db))? }),
            Binary::Divide => Some(Typed::real(self.sane(expr, da.over(db))?)),
            Binary::FloorDivide => self.floor_division(kind, (a.0, da), (b.0, db)),
            _ => self.power(expr, a, b),
        }
    }

    /// Refuses exponents that no physics needs, so that sums of them stay in range.
    fn sane(&mut self, expr: &Expr, dimension: Dimension) -> Option<Dimension> {
        if !units::is_absurd(dimension) {
            return Some(dimension);
        }
        self.report(Fault::new(codes::POWER, expr.span, "the dimension of this has absurdly large powers"))
    }

    fn same(
        &mut self,
        binary: Binary,
        code: &'static str,
        left: (&Expr, Dimension),
        right: (&Expr, Dimension),
    ) -> Option<()> {
        if left.1 == right.1 {
            return Some(());
        }
        let (a, b) = (in_words(left.1), in_words(right.1));
        let message = format!(
            "'{}' between different dimensions: {} is {a}, {} is {b}",
            sign(binary),
            shown(left.0),
            shown(right.0)
        );
        let fault = Fault::new(code, left.0.span, message)
            .label(a)
            .also(right.0.span, b)
            .help(self.unitless_name(left, right).unwrap_or_else(|| advice::agree(left, right)));
        let fault = self.origins(fault, &[left.0, right.0]);
        self.report(fault)
    }

    fn floor_division(
        &mut self,
        kind: ValueKind,
        a: (&Expr, Dimension),
        b: (&Expr, Dimension),
    ) -> Option<Typed> {
        if a.1.is_none() && b.1.is_none() {
            return Some(Typed { kind, dimension: Dimension::NONE });
        }
        let fault = Fault::new(codes::FLOOR_DIVISION, a.0.span, "'//' needs pure numbers")
            .label(in_words(a.1))
            .also(b.0.span, in_words(b.1));
        self.report(if a.1 == b.1 {
            fault.help(format!("write floor({}/{})", advice::shortened(a.0), advice::shortened(b.0)))
        } else {
            fault.help("divide both by their units first")
        })
    }

    fn power(&mut self, expr: &Expr, base: (&Expr, Typed), exponent: (&Expr, Typed)) -> Option<Typed> {
        if !exponent.1.dimension.is_none() {
            let words = in_words(exponent.1.dimension);
            let message = format!("an exponent must be a pure number, but {} is {words}", shown(exponent.0));
            let help = advice::scaled(exponent.0, exponent.1.dimension, Dimension::NONE);
            return self.report(Fault::new(codes::POWER, exponent.0.span, message).label(words).help(help));
        }
        if base.1.dimension.is_none() {
            let whole = base.1.kind == ValueKind::Integer && matches!(exponent.0.kind, ExprKind::Integer(_));
            return Some(if whole { Typed::INTEGER } else { Typed::NUMBER });
        }
        match literal(exponent.0) {
            Some(value) => self.literal_power(expr, base, value),
            None => {
                let words = in_words(base.1.dimension);
                let message =
                    format!("the exponent must be a written number, as {} is {words}", shown(base.0));
                let fault = Fault::new(codes::POWER, exponent.0.span, message)
                    .label("its value decides the dimension");
                let pure = format!("({}/{})**n", advice::shortened(base.0), unit(base.1));
                self.report(
                    fault
                        .also(base.0.span, words)
                        .help(format!("make the base a pure number first, as in {pure}")),
                )
            }
        }
    }

    fn literal_power(&mut self, expr: &Expr, base: (&Expr, Typed), exponent: f64) -> Option<Typed> {
        match base.1.dimension.power(exponent).filter(|d| !units::is_absurd(*d)) {
            Some(dimension) => Some(Typed::real(dimension)),
            None => self.report(
                Fault::new(codes::POWER, expr.span, "this power has a dimension with absurd exponents")
                    .also(base.0.span, in_words(base.1.dimension))
                    .help("exponents of quantities are simple fractions: 2, 0.5, 1/3"),
            ),
        }
    }

    fn comparison(&mut self, binary: Binary, left: &Expr, right: &Expr) -> Option<Typed> {
        let (a, b) = (self.sort(left), self.sort(right));
        let ordered = !matches!(binary, Binary::Equal | Binary::NotEqual);
        let fault = Fault::new(codes::TEXT, left.span, format!("'{}' cannot compare these", sign(binary)));
        let (a, b) = match (a?, b?) {
            (Sort::Text, Sort::Text) if !ordered => return Some(Typed::BOOLEAN),
            (Sort::Value(a), Sort::Value(b)) => (a, b),
            _ => {
                let help = "a text can only be equal to another text or not";
                return self.report(fault.also(right.span, "with this").help(help));
            }
        };
        match [a, b].map(|typed| typed.kind == ValueKind::Boolean) {
            [true, true] if !ordered => {}
            [false, false] => {
                self.same(binary, codes::COMPARED, (left, a.dimension), (right, b.dimension))?
            }
            [first, second] => {
                let word = |condition: bool| if condition { "a condition" } else { "a number" };
                let fault = Fault { code: codes::COMPARED_KINDS, ..fault }.label(word(first));
                return self.report(
                    fault.also(right.span, word(second)).help("int() makes a number of a condition"),
                );
            }
        }
        Some(Typed::BOOLEAN)
    }
}

fn unit(typed: Typed) -> String {
    let times = advice::times(typed.dimension);
    times.trim_start_matches('*').to_string()
}

fn sign(binary: Binary) -> &'static str {
    print::operator(binary).0.trim()
}

/// The value of an exponent made of written numbers only, such as `2`, `-1`, `1/3`.
fn literal(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Integer(value) => Some(*value as f64),
        ExprKind::Real(value) => Some(*value),
        ExprKind::Unary(Unary::Negate, inner) => literal(inner).map(|v| -v),
        ExprKind::Binary(binary, left, right) => {
            let (a, b) = (literal(left)?, literal(right)?);
            match binary {
                Binary::Add => Some(a + b),
                Binary::Subtract => Some(a - b),
                Binary::Multiply => Some(a * b),
                Binary::Divide => Some(a / b),
                _ => None,
            }
        }
        _ => None,
    }
}
