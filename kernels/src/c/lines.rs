//! Prints the lines of a step program.

use crate::language::ast::{Assign, Expr, ValueKind};
use crate::program::lines::Line;
use crate::program::names::Names;

use super::expression::{print, print_real};
use super::writer::Writer;

/// The C type of a value held in a local.
pub fn local_type(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Real => "double",
        ValueKind::Integer | ValueKind::Boolean => "int32_t",
    }
}

/// Prints a value of this kind.
fn value_of(kind: ValueKind, value: &Expr, names: &Names) -> String {
    if kind == ValueKind::Real { print_real(value, names) } else { print(value, names) }
}

/// Prints lines.
pub fn write(lines: &[Line], names: &Names, out: &mut Writer) {
    for line in lines {
        match line {
            Line::Let { ident, kind, value } => {
                // A mask as wide as a double keeps loops over doubles in one vector width.
                let of = if *kind == ValueKind::Boolean { "int64_t" } else { local_type(*kind) };
                out.line(format!("const {of} {ident} = {};", value_of(*kind, value, names)));
            }
            Line::Declare { ident, kind, value } => {
                out.line(format!("{} {ident} = {};", local_type(*kind), value_of(*kind, value, names)));
            }
            Line::Assign { target, kind, assign, value } => {
                let value = value_of(*kind, value, names);
                out.line(match (assign, kind) {
                    (Assign::Set, _) => format!("{target} = {value};"),
                    (Assign::Add, _) => format!("{target} += {value};"),
                    (Assign::Subtract, _) => format!("{target} -= {value};"),
                    (Assign::Multiply, _) => format!("{target} *= {value};"),
                    (Assign::Divide, _) => format!("{target} /= {value};"),
                    (Assign::Modulo, ValueKind::Real) => format!("{target} = ss_mod({target}, {value});"),
                    (Assign::Modulo, _) => format!("{target} = ss_imod({target}, {value});"),
                });
            }
            Line::If { condition, lines } => {
                out.open(format!("if ({})", print(condition, names)));
                write(lines, names, out);
                out.close();
            }
            Line::Propagator { matrix, over } => propagator(matrix, over, names, out),
            Line::Adaptive(adaptive) => super::adaptive::write(adaptive, out),
        }
    }
}

fn propagator(matrix: &[Expr], over: &Expr, names: &Names, out: &mut Writer) {
    let n = matrix.len().isqrt();
    out.line(format!("double m[{0}], p[{0}], f[{0}], work[{1}];", n * n, 32 * n * n + 2 * n));
    for (k, coefficient) in matrix.iter().enumerate() {
        out.line(format!("m[{k}] = {};", print_real(coefficient, names)));
    }
    out.line(format!("ss_propagator({n}, m, {}, p, f, work);", print(over, names)));
}
