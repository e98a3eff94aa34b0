//! Expressions made ready to be computed often: names looked up once, parts without variables computed once.
//!
//! A prepared expression gives what [`scalar`](super::scalar) gives for the same values, faults included: both use the
//! same operators and functions. A part whose computation is refused stays as it is, so that it is refused only where it is reached.

use super::super::ast::{Binary, Expr, ExprKind, Span, Unary};
use super::super::fault::Fault;
use super::super::functions::{Function, lookup};
use super::{Value, condition_of, functions, name_value, operators};

/// An expression whose names are numbers of slots.
#[derive(Debug, Clone)]
pub struct Prepared(Node);

#[derive(Debug, Clone)]
enum Node {
    Constant(Value),
    Slot(usize),
    Not(Box<Node>, Span),
    Negate(Box<Node>, Span),
    /// `and`, `or`: the second operand counts unless the first one is this.
    Short(bool, Box<(Node, Span)>, Box<(Node, Span)>),
    Binary {
        binary: Binary,
        whole_power: bool,
        operands: Box<(Node, Node)>,
        span: Span,
    },
    Call(&'static Function, Vec<Node>, Span),
    /// Of a function that there is not: refused once its arguments are known.
    Unknown(String, Vec<Node>, Span),
    Refused(Box<Fault>),
}

impl Prepared {
    /// Looks up the names: those that `slot` knows are variables, the others are constants and units.
    pub fn new(expr: &Expr, slot: &dyn Fn(&str) -> Option<usize>) -> Prepared {
        Prepared(node(expr, slot))
    }

    /// The value, where `slots` gives those of the variables.
    pub fn value(&self, slots: &impl Fn(usize) -> Value) -> Result<Value, Fault> {
        self.0.value(slots)
    }
}

fn node(expr: &Expr, slot: &dyn Fn(&str) -> Option<usize>) -> Node {
    let span = expr.span;
    let inner = |e: &Expr| Box::new(node(e, slot));
    let spanned = |e: &Expr| Box::new((node(e, slot), e.span));
    let made = match &expr.kind {
        ExprKind::Integer(value) => Node::Constant(Value::Integer(*value)),
        ExprKind::Real(value) => Node::Constant(Value::Real(*value)),
        ExprKind::Boolean(value) => Node::Constant(Value::Boolean(*value)),
        ExprKind::Text(text) => Node::Constant(Value::Text(text.clone())),
        ExprKind::Name(name) => match slot(name) {
            Some(k) => Node::Slot(k),
            None => match name_value(name, span, &|_: &str| None) {
                Ok(value) => Node::Constant(value),
                Err(fault) => Node::Refused(Box::new(fault)),
            },
        },
        ExprKind::Unary(Unary::Not, e) => Node::Not(inner(e), e.span),
        ExprKind::Unary(Unary::Negate, e) => Node::Negate(inner(e), span),
        ExprKind::Binary(Binary::And, a, b) => Node::Short(false, spanned(a), spanned(b)),
        ExprKind::Binary(Binary::Or, a, b) => Node::Short(true, spanned(a), spanned(b)),
        ExprKind::Binary(binary, a, b) => {
            let whole_power = *binary == Binary::Power && matches!(b.kind, ExprKind::Integer(_));
            Node::Binary {
                binary: *binary,
                whole_power,
                operands: Box::new((node(a, slot), node(b, slot))),
                span,
            }
        }
        ExprKind::Call(name, arguments) => {
            let arguments = arguments.iter().map(|a| node(a, slot)).collect();
            match lookup(name) {
                Some(function) => Node::Call(function, arguments, span),
                None => Node::Unknown(name.clone(), arguments, span),
            }
        }
    };
    if !made.is_constant() {
        return made;
    }
    // No slot is asked for where there is none.
    match made.value(&|_| Value::Boolean(false)) {
        Ok(value) => Node::Constant(value),
        Err(_) => made,
    }
}

impl Node {
    /// Whether no variable stands directly below; parts that could be computed are constants by now.
    fn is_constant(&self) -> bool {
        let known = |n: &Node| matches!(n, Node::Constant(_));
        match self {
            Node::Constant(_) => true,
            Node::Slot(_) | Node::Refused(_) => false,
            Node::Not(inner, _) | Node::Negate(inner, _) => known(inner),
            Node::Short(_, a, b) => known(&a.0) && known(&b.0),
            Node::Binary { operands, .. } => known(&operands.0) && known(&operands.1),
            Node::Call(_, arguments, _) | Node::Unknown(_, arguments, _) => arguments.iter().all(known),
        }
    }

    fn value(&self, slots: &impl Fn(usize) -> Value) -> Result<Value, Fault> {
        match self {
            Node::Constant(value) => Ok(value.clone()),
            Node::Slot(k) => Ok(slots(*k)),
            Node::Not(inner, span) => Ok(Value::Boolean(!condition_of(inner.value(slots)?, *span)?)),
            Node::Negate(inner, span) => operators::negate(inner.value(slots)?, *span),
            Node::Short(decided, a, b) => {
                let first = condition_of(a.0.value(slots)?, a.1)?;
                if first == *decided {
                    return Ok(Value::Boolean(first));
                }
                Ok(Value::Boolean(condition_of(b.0.value(slots)?, b.1)?))
            }
            Node::Binary { binary, whole_power, operands, span } => {
                let (a, b) = (operands.0.value(slots)?, operands.1.value(slots)?);
                operators::binary(*binary, a, b, *whole_power, *span)
            }
            Node::Call(function, arguments, span) => {
                if let [one] = arguments.as_slice() {
                    return functions::known(function, &[one.value(slots)?], *span);
                }
                functions::known(function, &all(arguments, slots)?, *span)
            }
            Node::Unknown(name, arguments, span) => functions::call(name, &all(arguments, slots)?, *span),
            Node::Refused(fault) => Err((**fault).clone()),
        }
    }
}

fn all(arguments: &[Node], slots: &impl Fn(usize) -> Value) -> Result<Vec<Value>, Fault> {
    arguments.iter().map(|a| a.value(slots)).collect()
}
