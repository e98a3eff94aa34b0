//! Words for messages, and ways to mend wrong dimensions.

use super::super::ast::{Expr, ExprKind, Unary};
use super::super::dimension::Dimension;
use super::super::{print, units};

/// "in volt", "a pure number".
pub(super) fn in_words(dimension: Dimension) -> String {
    if dimension.is_none() { "a pure number".into() } else { format!("in {}", units::describe(dimension)) }
}

/// The expression in quotes, shortened.
pub(super) fn shown(expr: &Expr) -> String {
    format!("'{}'", shortened(expr))
}

/// The expression as text, at most about forty characters.
pub(super) fn shortened(expr: &Expr) -> String {
    let text = print::expression(expr);
    if text.chars().count() <= 40 {
        return text;
    }
    let head: String = text.chars().take(36).collect();
    format!("{head} ...")
}

/// `*mV` for volts, and so on: a unit to put behind a number in an expression; empty for pure numbers.
pub(super) fn times(dimension: Dimension) -> String {
    if dimension.is_none() {
        return String::new();
    }
    let shown = units::display(dimension).suffix;
    let name = if units::unit(&shown).is_some() { shown } else { units::describe(dimension) };
    if name.contains('/') && name.starts_with('1') { name[1..].to_string() } else { format!("*{name}") }
}

/// Whether the expression is a number written out, perhaps with a sign.
pub(super) fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Integer(_) | ExprKind::Real(_) => true,
        ExprKind::Unary(Unary::Negate, inner) => is_literal(inner),
        _ => false,
    }
}

/// How to bring an expression from one dimension to another.
pub(super) fn scaled(expr: &Expr, from: Dimension, to: Dimension) -> String {
    if from.is_none() && is_literal(expr) {
        return format!("give the number a unit, such as {}{}", shortened(expr), times(to));
    }
    if from.over(to) == Dimension::TIME {
        return "divide it by a time, such as a time constant".into();
    }
    let (over, by) = (units::describe(from.over(to)), units::describe(to.over(from)));
    match (is_word(&over), is_word(&by)) {
        (true, _) if to.is_none() || !is_word(&by) => format!("divide it by something in {over}"),
        (_, true) => format!("multiply it by something in {by}"),
        _ => format!("an expression in {} is needed", units::describe(to)),
    }
}

/// Whether the words for a dimension are a single word.
fn is_word(words: &str) -> bool {
    words.bytes().all(|b| b.is_ascii_alphabetic())
}

/// How to make two operands agree.
pub(super) fn agree(left: (&Expr, Dimension), right: (&Expr, Dimension)) -> String {
    for ((one, dimension), other) in [(left, right.1), (right, left.1)] {
        if dimension.is_none() && is_literal(one) {
            return format!("give {} a unit, such as {}{}", shortened(one), shortened(one), times(other));
        }
    }
    if left.1.over(right.1) == Dimension::TIME {
        return format!("divide {} by a time, such as a time constant", shown(left.0));
    }
    if right.1.over(left.1) == Dimension::TIME {
        return format!("divide {} by a time, such as a time constant", shown(right.0));
    }
    let (from, to) = (right.1, left.1);
    let simple = [from.over(to), to.over(from)].iter().any(|d| is_word(&units::describe(*d)));
    if !simple {
        return "only quantities of the same dimension can be added or compared".into();
    }
    format!("{} would fit if you {}", shown(right.0), scaled(right.0, from, to))
}
