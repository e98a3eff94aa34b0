//! Conditions that are intervals: `t > a and t <= b`, with a and b over other names than `t`.
//!
//! Whoever evaluates a condition step by step need not do so for these.

use super::ast::{Binary, Expr, ExprKind};
use super::walk;

/// `name OPERATOR bound`, with `<`, `<=`, `>` or `>=`.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// The name stands on its left.
    pub operator: Binary,
    /// What it is compared with.
    pub value: Expr,
}

/// The bounds that a condition consists of: all of them hold where it holds. `None`: it is not made of bounds of the
/// name alone.
pub fn bounds(condition: &Expr, name: &str) -> Option<Vec<Bound>> {
    match &condition.kind {
        ExprKind::Binary(Binary::And, left, right) => {
            let mut all = bounds(left, name)?;
            all.extend(bounds(right, name)?);
            Some(all)
        }
        ExprKind::Binary(operator, left, right) => {
            let (operator, value) = match (is(left, name), is(right, name)) {
                (true, false) => (*operator, right),
                (false, true) => (mirrored(*operator), left),
                _ => return None,
            };
            let ordered =
                matches!(operator, Binary::Less | Binary::LessEqual | Binary::Greater | Binary::GreaterEqual);
            let free = !mentions(value, name) && !mentions(value, "t_in_timesteps");
            (ordered && free).then(|| vec![Bound { operator, value: (**value).clone() }])
        }
        _ => None,
    }
}

fn is(expr: &Expr, name: &str) -> bool {
    matches!(&expr.kind, ExprKind::Name(n) if n == name)
}

fn mentions(expr: &Expr, name: &str) -> bool {
    let mut found = false;
    walk::names(expr, &mut |n, _| found |= n == name);
    found
}

/// The operator with its sides exchanged.
fn mirrored(operator: Binary) -> Binary {
    match operator {
        Binary::Less => Binary::Greater,
        Binary::LessEqual => Binary::GreaterEqual,
        Binary::Greater => Binary::Less,
        Binary::GreaterEqual => Binary::LessEqual,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::ast::TextId;
    use super::super::{parser, print};
    use super::*;

    fn found(text: &str) -> Option<Vec<String>> {
        let condition = parser::expression(text, TextId::default()).unwrap();
        let shown = |b: Bound| format!("{:?} {}", b.operator, print::expression(&b.value));
        bounds(&condition, "t").map(|all| all.into_iter().map(shown).collect())
    }

    #[test]
    fn intervals_are_found() {
        let table: &[(&str, Option<&[&str]>)] = &[
            ("t > a", Some(&["Greater a"])),
            ("a >= t", Some(&["LessEqual a"])),
            ("(t > a) and t < 2*b", Some(&["Greater a", "Less 2*b"])),
            ("t > a and b > t and t <= c", Some(&["Greater a", "Less b", "LessEqual c"])),
            ("t > a or t < b", None),
            ("not t < b", None),
            ("t != a", None),
            ("2*t > a", None),
            ("t > a + t", None),
            ("t > t_in_timesteps*dt/2", None),
            ("a > b", None),
            ("True", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|all| all.iter().map(|s| s.to_string()).collect());
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
