//! Physical constants on request, with the values of Brian 2 (its module `units.constants`, CODATA 2014).
//!
//! They are no names of the language, so that variables and parameters may be called like them; who wants one asks for
//! it by name where a parameter is defined. Each is written as the expression that it stands for.

use super::ast::{Expr, ExprKind, Span, TextId};
use super::parser;

/// Every constant with its value as an expression.
pub const PHYSICAL: [(&str, &str); 10] = [
    ("avogadro_constant", "6.022140857e23/mole"),
    ("boltzmann_constant", "1.38064852e-23*joule/kelvin"),
    ("electric_constant", "8.854187817e-12*farad/meter"),
    ("electron_mass", "9.10938356e-31*kilogram"),
    ("elementary_charge", "1.6021766208e-19*coulomb"),
    ("faraday_constant", "96485.33289*coulomb/mole"),
    ("gas_constant", "8.3144598*joule/(mole*kelvin)"),
    ("magnetic_constant", "4*pi*1e-7*newton/amp**2"),
    ("molar_mass_constant", "gram/mole"),
    ("zero_celsius", "273.15*kelvin"),
];

/// Whether this is the name of a physical constant.
pub fn is_physical(name: &str) -> bool {
    text(name).is_some()
}

fn text(name: &str) -> Option<&'static str> {
    PHYSICAL.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}

/// Puts the constants that `wanted` lets through in the place of their names.
pub fn request(expr: &mut Expr, wanted: &dyn Fn(&str) -> bool) {
    match &mut expr.kind {
        ExprKind::Name(name) => {
            if let Some(text) = text(name).filter(|_| wanted(name)) {
                *expr = constant(text, expr.span);
            }
        }
        ExprKind::Unary(_, inner) => request(inner, wanted),
        ExprKind::Binary(_, left, right) => {
            request(left, wanted);
            request(right, wanted);
        }
        ExprKind::Call(_, arguments) => arguments.iter_mut().for_each(|a| request(a, wanted)),
        _ => {}
    }
}

/// The expression of a constant, all of it at the place of its name.
fn constant(text: &str, span: Span) -> Expr {
    let mut expr = parser::expression(text, TextId(0)).expect("the constants above are expressions");
    stand_at(&mut expr, span);
    expr
}

fn stand_at(expr: &mut Expr, span: Span) {
    expr.span = span;
    match &mut expr.kind {
        ExprKind::Unary(_, inner) => stand_at(inner, span),
        ExprKind::Binary(_, left, right) => {
            stand_at(left, span);
            stand_at(right, span);
        }
        ExprKind::Call(_, arguments) => arguments.iter_mut().for_each(|a| stand_at(a, span)),
        _ => {}
    }
}
