//! Values of scalar expressions: parameters, axes, `where`, sizes, bounds. Functions come from `libm`, so that results
//! are the same bits on every machine; integers are checked 64 bits. Refuses random numbers: such a value is computed
//! once, and noise belongs to the simulation.

mod functions;
mod operators;
mod prepared;

use super::ast::{Binary, Expr, ExprKind, Span, Unary};
use super::codes;
use super::fault::Fault;
use super::{names, units};

pub use prepared::Prepared;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A real number, in SI units.
    Real(f64),
    /// An integer.
    Integer(i64),
    /// A condition.
    Boolean(bool),
    /// A text.
    Text(String),
}

impl Value {
    /// The number as a double; conditions and texts have none.
    pub fn real(&self) -> Option<f64> {
        match self {
            Value::Real(value) => Some(*value),
            Value::Integer(value) => Some(*value as f64),
            Value::Boolean(_) | Value::Text(_) => None,
        }
    }

    /// The integer, if it is one by kind.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Value::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// The condition, if it is one.
    pub fn boolean(&self) -> Option<bool> {
        match self {
            Value::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Value::Real(_) | Value::Integer(_) => "a number",
            Value::Boolean(_) => "a condition",
            Value::Text(_) => "a text",
        }
    }
}

/// Where the values of names come from; constants and units are always known.
pub trait Values {
    /// The value of a name.
    fn value(&self, name: &str) -> Option<Value>;

    /// What a function of the job gives, where its value is known before the simulation.
    fn called(&self, _name: &str, _given: &[Value]) -> Option<Value> {
        None
    }
}

impl<F: Fn(&str) -> Option<Value>> Values for F {
    fn value(&self, name: &str) -> Option<Value> {
        self(name)
    }
}

/// The value of an expression. Dimensions are not looked at: `check` has done that.
pub fn scalar(expr: &Expr, values: &dyn Values) -> Result<Value, Fault> {
    match &expr.kind {
        ExprKind::Integer(value) => Ok(Value::Integer(*value)),
        ExprKind::Real(value) => Ok(Value::Real(*value)),
        ExprKind::Boolean(value) => Ok(Value::Boolean(*value)),
        ExprKind::Text(text) => Ok(Value::Text(text.clone())),
        ExprKind::Name(name) => name_value(name, expr.span, values),
        ExprKind::Unary(Unary::Not, inner) => Ok(Value::Boolean(!condition(inner, values)?)),
        ExprKind::Unary(Unary::Negate, inner) => operators::negate(scalar(inner, values)?, expr.span),
        ExprKind::Binary(Binary::And, left, right) => {
            Ok(Value::Boolean(condition(left, values)? && condition(right, values)?))
        }
        ExprKind::Binary(Binary::Or, left, right) => {
            Ok(Value::Boolean(condition(left, values)? || condition(right, values)?))
        }
        ExprKind::Binary(binary, left, right) => {
            let whole_power = *binary == Binary::Power && matches!(right.kind, ExprKind::Integer(_));
            let (a, b) = (scalar(left, values)?, scalar(right, values)?);
            operators::binary(*binary, a, b, whole_power, expr.span)
        }
        ExprKind::Call(name, arguments) => {
            let given: Result<Vec<Value>, Fault> = arguments.iter().map(|a| scalar(a, values)).collect();
            let given = given?;
            match values.called(name, &given) {
                Some(value) => Ok(value),
                None => functions::call(name, &given, expr.span),
            }
        }
    }
}

fn name_value(name: &str, span: Span, values: &dyn Values) -> Result<Value, Fault> {
    if let Some(value) = values.value(name) {
        return Ok(value);
    }
    if let Some(value) = names::constant(name).or_else(|| units::unit(name).map(|u| u.scale)) {
        return Ok(Value::Real(value));
    }
    Err(Fault::new(codes::UNKNOWN_NAME, span, format!("'{name}' has no value here"))
        .help("only parameters, constants and units have values before the simulation"))
}

fn condition(expr: &Expr, values: &dyn Values) -> Result<bool, Fault> {
    condition_of(scalar(expr, values)?, expr.span)
}

fn condition_of(value: Value, span: Span) -> Result<bool, Fault> {
    value.boolean().ok_or_else(|| {
        Fault::new(codes::NOT_BOOLEAN, span, format!("a condition is needed, but this is {}", value.word()))
    })
}

fn overflow(span: Span) -> Fault {
    Fault::new(codes::OVERFLOW, span, "this integer is outside of 64 bits")
        .help("write one of the numbers with a point to compute with real numbers")
}
