//! Building expressions by rule: constructors that fold what is constant, and substitution.
//!
//! Folding never changes a value that a run could see: only literals are computed, and only `x*1`, `x/1`, `x+0`, `0*x` of
//! structural zeros are dropped. Nothing is reordered.

use std::collections::{BTreeSet, HashMap};

use crate::language::ast::{Binary, Expr, ExprKind, Span, Unary};

/// A literal.
pub fn real(value: f64) -> Expr {
    Expr { kind: ExprKind::Real(value), span: Span::default() }
}

/// A name.
pub fn name(text: impl Into<String>) -> Expr {
    Expr { kind: ExprKind::Name(text.into()), span: Span::default() }
}

/// A call.
pub fn call(function: &str, arguments: Vec<Expr>) -> Expr {
    Expr { kind: ExprKind::Call(function.to_string(), arguments), span: Span::default() }
}

/// `condition ? yes : no`; an internal function that users cannot write.
pub fn select(condition: Expr, yes: Expr, no: Expr) -> Expr {
    call("?:", vec![condition, yes, no])
}

/// The value of a number literal.
pub fn literal(expr: &Expr) -> Option<f64> {
    match expr.kind {
        ExprKind::Real(value) => Some(value),
        ExprKind::Integer(value) => Some(value as f64),
        _ => None,
    }
}

/// Whether this is the literal `value`.
pub fn is(expr: &Expr, value: f64) -> bool {
    literal(expr) == Some(value)
}

/// `a + b`
pub fn add(a: Expr, b: Expr) -> Expr {
    if is(&a, 0.0) {
        return b;
    }
    if is(&b, 0.0) {
        return a;
    }
    if let ExprKind::Unary(Unary::Negate, inner) = b.kind {
        return binary(Binary::Subtract, a, *inner);
    }
    binary(Binary::Add, a, b)
}

/// `a - b`
pub fn subtract(a: Expr, b: Expr) -> Expr {
    if is(&b, 0.0) {
        return a;
    }
    if is(&a, 0.0) {
        return negate(b);
    }
    if let ExprKind::Unary(Unary::Negate, inner) = b.kind {
        return binary(Binary::Add, a, *inner);
    }
    binary(Binary::Subtract, a, b)
}

/// `a * b`
pub fn multiply(a: Expr, b: Expr) -> Expr {
    if is(&a, 1.0) {
        return b;
    }
    if is(&b, 1.0) {
        return a;
    }
    if is(&a, 0.0) || is(&b, 0.0) {
        return real(0.0);
    }
    if is(&b, -1.0) {
        return negate(a);
    }
    if is(&a, -1.0) {
        return negate(b);
    }
    gather(binary(Binary::Multiply, a, b))
}

/// `c*x*d` with literals c and d as `(c*d)*x`, `c/x*d` as `(c*d)/x`: scale factors of units meet.
fn gather(product: Expr) -> Expr {
    let ExprKind::Binary(Binary::Multiply, left, right) = &product.kind else { return product };
    let (Some(d), ExprKind::Binary(op, a, b)) = (literal(right), &left.kind) else { return product };
    match (op, literal(a), literal(b)) {
        (Binary::Multiply, Some(c), _) => multiply(real(c * d), (**b).clone()),
        (Binary::Multiply, _, Some(c)) => multiply(real(c * d), (**a).clone()),
        (Binary::Divide, Some(c), _) => binary(Binary::Divide, real(c * d), (**b).clone()),
        _ => product,
    }
}

/// `a / b`
pub fn divide(a: Expr, b: Expr) -> Expr {
    if is(&b, 1.0) {
        return a;
    }
    if is(&a, 0.0) && literal(&b).is_none_or(|b| b != 0.0) {
        return real(0.0);
    }
    if let ExprKind::Call(function, arguments) = &b.kind
        && function == "exprel"
    {
        return multiply(a, call("ss_inverse_exprel", arguments.clone()));
    }
    binary(Binary::Divide, a, b)
}

/// `-a`
pub fn negate(a: Expr) -> Expr {
    match a.kind {
        ExprKind::Real(value) => real(-value),
        ExprKind::Unary(Unary::Negate, inner) => *inner,
        _ => Expr { span: a.span, kind: ExprKind::Unary(Unary::Negate, Box::new(a)) },
    }
}

/// Any operator with two operands; two real literals are computed.
pub fn binary(op: Binary, a: Expr, b: Expr) -> Expr {
    let span = a.span.to(b.span);
    if let (Some(x), Some(y)) = (literal(&a), literal(&b)) {
        let integers = matches!((&a.kind, &b.kind), (ExprKind::Integer(_), ExprKind::Integer(_)));
        let value = match op {
            Binary::Add if !integers => Some(x + y),
            Binary::Subtract if !integers => Some(x - y),
            Binary::Multiply if !integers => Some(x * y),
            Binary::Divide => Some(x / y),
            _ => None,
        };
        if let Some(value) = value.filter(|v| v.is_finite()) {
            return Expr { kind: ExprKind::Real(value), span };
        }
    }
    Expr { kind: ExprKind::Binary(op, Box::new(a), Box::new(b)), span }
}

/// Rebuilds an expression with every child mapped, folding on the way up.
pub fn map_children(expr: &Expr, f: &mut dyn FnMut(&Expr) -> Expr) -> Expr {
    match &expr.kind {
        ExprKind::Unary(Unary::Negate, a) => negate(f(a)),
        ExprKind::Unary(op, a) => Expr { kind: ExprKind::Unary(*op, Box::new(f(a))), span: expr.span },
        ExprKind::Binary(op, a, b) => {
            let (a, b) = (f(a), f(b));
            match op {
                Binary::Multiply if is(&a, 1.0) => b,
                Binary::Multiply if is(&b, 1.0) => a,
                Binary::Divide => divide(a, b),
                _ => binary(*op, a, b),
            }
        }
        ExprKind::Call(function, arguments) => Expr {
            kind: ExprKind::Call(function.clone(), arguments.iter().map(f).collect()),
            span: expr.span,
        },
        _ => expr.clone(),
    }
}

/// Replaces names by expressions.
pub fn substitute(expr: &Expr, by: &HashMap<String, Expr>) -> Expr {
    match &expr.kind {
        ExprKind::Name(name) => by.get(name).cloned().unwrap_or_else(|| expr.clone()),
        _ => map_children(expr, &mut |child| substitute(child, by)),
    }
}

/// All names in an expression.
pub fn names(expr: &Expr) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(expr, &mut |e| {
        if let ExprKind::Name(name) = &e.kind {
            found.insert(name.clone());
        }
    });
    found
}

/// Whether the name occurs.
pub fn mentions(expr: &Expr, wanted: &str) -> bool {
    let mut found = false;
    visit(expr, &mut |e| found |= matches!(&e.kind, ExprKind::Name(name) if name == wanted));
    found
}

/// Whether a function is called whose value differs from call to call.
pub fn is_random(expr: &Expr) -> bool {
    let mut found = false;
    visit(expr, &mut |e| {
        found |= matches!(&e.kind, ExprKind::Call(name, _) if crate::program::draws::is_draw(name));
    });
    found
}

/// Calls `f` for every node, parents first.
pub fn visit(expr: &Expr, f: &mut dyn FnMut(&Expr)) {
    f(expr);
    match &expr.kind {
        ExprKind::Unary(_, a) => visit(a, f),
        ExprKind::Binary(_, a, b) => {
            visit(a, f);
            visit(b, f);
        }
        ExprKind::Call(_, arguments) => arguments.iter().for_each(|a| visit(a, f)),
        _ => {}
    }
}

/// A text that is equal for equal expressions, wherever they stand.
pub fn key(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Integer(v) => format!("i{v}"),
        ExprKind::Real(v) => format!("r{:x}", v.to_bits()),
        ExprKind::Name(n) => n.clone(),
        ExprKind::Unary(op, a) => format!("({op:?} {})", key(a)),
        ExprKind::Binary(op, a, b) => format!("({op:?} {} {})", key(a), key(b)),
        ExprKind::Call(f, arguments) => {
            format!("({f} {})", arguments.iter().map(key).collect::<Vec<_>>().join(" "))
        }
        other => format!("{other:?}"),
    }
}
