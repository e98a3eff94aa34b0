//! Single values of the job file as expressions: numbers, booleans, quantities and expressions of parameters.
//!
//! A quantity (`"20 ms"`) becomes a number in SI units whose dimension is remembered here, since syntax trees have none.

use kernels::language::ast::{Expr, ExprKind, Span, TextId, Unary, ValueKind};
use kernels::language::check::{self, Scope, Typed};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::{self, functions, parser, print, units, walk};

use crate::codes;
use crate::decimal::Decimal;
use crate::texts::Texts;
use crate::written::{Form, Scalar};

/// A value: an expression, or a quantity with its dimension.
#[derive(Debug, Clone)]
pub struct Formula {
    /// The expression; a literal number for a quantity.
    pub expr: Expr,
    /// The dimension of a quantity; `None`: it follows from the expression.
    pub dimension: Option<Dimension>,
    /// Its exact value, if it is a number or a quantity.
    pub decimal: Option<Decimal>,
}

/// Reads a value; strings are quantities or expressions.
pub fn read(scalar: &Scalar, texts: &Texts) -> Result<Formula, Fault> {
    let literal = |kind| Expr { kind, span: scalar.span };
    match &scalar.form {
        Form::Text(id) => from_text(*id, texts),
        Form::Boolean(b) => Ok(plain(literal(ExprKind::Boolean(*b)), None)),
        Form::Integer(i) => Ok(plain(literal(ExprKind::Integer(*i)), Some(Decimal::whole(*i)))),
        Form::Real(digits) => match digits.parse::<f64>() {
            Ok(value) if value.is_finite() => {
                Ok(plain(literal(ExprKind::Real(value)), Decimal::parse(digits).or(Decimal::shortest(value))))
            }
            _ => Err(Fault::new(codes::QUANTITY, scalar.span, format!("{digits} is not a finite double"))),
        },
    }
}

/// Reads a string: a quantity or an expression.
pub fn from_text(id: TextId, texts: &Texts) -> Result<Formula, Fault> {
    let text = texts.get(id);
    match units::quantity(text) {
        Some(Ok((value, dimension))) => {
            let expr = Expr { kind: ExprKind::Real(value), span: texts.whole(id) };
            Ok(Formula { expr, dimension: Some(dimension), decimal: exact(text, value) })
        }
        Some(Err(why)) => {
            let fault = Fault::new(codes::QUANTITY, texts.whole(id), why.message);
            Err(match why.help {
                Some(help) => fault.help(help),
                None => fault,
            })
        }
        None => {
            let expr = parser::expression(text, id).map_err(|fault| without_blank(id, fault, texts))?;
            let decimal = literal(&expr);
            Ok(plain(expr, decimal))
        }
    }
}

/// `"20ms"`: a quantity without its blank.
fn without_blank(id: TextId, fault: Fault, texts: &Texts) -> Fault {
    let text = texts.get(id).trim();
    let at = text.find(|c: char| c.is_alphabetic()).unwrap_or(0);
    let (number, unit) = text.split_at(at);
    let apart = format!("{number} {unit}");
    if fault.code != language::codes::OPERATOR || !matches!(units::quantity(&apart), Some(Ok(_))) {
        return fault;
    }
    let message = format!("a blank is missing between the number and the unit of '{text}'");
    let place = texts.in_file(texts.whole(id)).text;
    let setting = texts.get(place).split_once('=').filter(|_| texts.name(place) == "--set");
    Fault::new(codes::QUANTITY, fault.span, message).help(match setting {
        Some((name, _)) => format!("write, with the quotes for the shell, --set \"{}={apart}\"", name.trim()),
        None => format!("write \"{apart}\""),
    })
}

/// `pattern = "tonic spiking"` in `[parameters]`: words that are no expression, as a text is written otherwise.
pub fn words(name: &str, scalar: &Scalar, fault: Fault, texts: &Texts) -> Fault {
    let Form::Text(id) = scalar.form else { return fault };
    let text = texts.get(id).trim();
    let mut words = text.split_whitespace();
    if fault.code != language::codes::OPERATOR || !words.all(language::names::is_name) {
        return fault;
    }
    let message = format!("'{text}' is neither a quantity nor an expression");
    Fault::new(codes::TEXT_PARAMETER, texts.whole(id), message)
        .help(format!("a text is written {name} = {{ text = \"{text}\" }}; a product has a *"))
}

/// The fault of a parameter whose definition is a single unknown name: it may have been meant as a text.
pub fn perhaps_text(name: &str, expr: &Expr, fault: Fault) -> Fault {
    let ExprKind::Name(word) = &expr.kind else { return fault };
    if fault.code != language::codes::UNKNOWN_NAME || fault.span != expr.span {
        return fault;
    }
    let text = format!("a text is written {name} = {{ text = \"{word}\" }}");
    let help = match fault.help.as_deref() {
        Some(near) if near.starts_with("did you mean") => format!("{near} {text}"),
        _ => format!("{text}; an expression needs names of [parameters]"),
    };
    fault.help(help)
}

fn plain(expr: Expr, decimal: Option<Decimal>) -> Formula {
    Formula { expr, dimension: None, decimal }
}

fn literal(expr: &Expr) -> Option<Decimal> {
    match &expr.kind {
        ExprKind::Integer(i) => Some(Decimal::whole(*i)),
        ExprKind::Real(x) => Decimal::shortest(*x),
        ExprKind::Unary(Unary::Negate, inner) => literal(inner)?.times(Decimal::whole(-1)),
        _ => None,
    }
}

/// The exact decimal of a quantity; the shortest one of its value where that is not to be had.
fn exact(text: &str, value: f64) -> Option<Decimal> {
    let text = text.trim();
    let of_parts = text.split_once([' ', '\t']).and_then(|(number, unit)| {
        let (scale, _) = units::quantity(&format!("1 {}", unit.trim()))?.ok()?;
        Decimal::parse(number)?.times(Decimal::shortest(scale)?)
    });
    of_parts.filter(|d| d.to_f64() == value).or_else(|| Decimal::shortest(value))
}

impl Formula {
    /// The unit in which a quantity is written.
    pub fn written_unit<'t>(&self, texts: &'t Texts) -> Option<&'t str> {
        self.dimension?;
        texts.slice(self.expr.span).trim().split_once([' ', '\t']).map(|(_, unit)| unit.trim())
    }

    /// Kind and dimension; all faults.
    pub fn typed(&self, scope: &dyn Scope) -> Result<Typed, Vec<Fault>> {
        match self.dimension {
            Some(dimension) => Ok(Typed { kind: ValueKind::Real, dimension }),
            None => check::expression(&self.expr, scope),
        }
    }

    /// Refuses any other dimension than this one; `what` is the subject of the message.
    pub fn expect(&self, scope: &dyn Scope, dimension: Dimension, what: &str) -> Result<Typed, Vec<Fault>> {
        match self.dimension {
            Some(found) if found != dimension => Err(vec![mismatch(self.expr.span, what, dimension, found)]),
            Some(_) => Ok(Typed::real(dimension)),
            None if self.decimal.is_some() && !dimension.is_none() => {
                let fault = mismatch(self.expr.span, what, dimension, Dimension::NONE);
                let unit = units::display(dimension).suffix;
                let number = print::expression(&self.expr);
                let simple = !unit.is_empty() && !unit.contains('_');
                Err(vec![if simple {
                    fault.help(format!("write the unit, too: \"{number} {unit}\""))
                } else {
                    fault
                }])
            }
            None => check::expect(&self.expr, scope, dimension, what),
        }
    }
}

/// The fault of a value of the wrong dimension, in the words of the language's checker.
pub fn mismatch(span: Span, what: &str, needed: Dimension, found: Dimension) -> Fault {
    let message = format!("{what} must be {}, but this is {}", phrase(needed), phrase(found));
    Fault::new(language::codes::RESULT, span, message).label(phrase(found))
}

/// `a pure number`, or `in volt`.
pub fn phrase(dimension: Dimension) -> String {
    if dimension.is_none() { "a pure number".into() } else { format!("in {}", units::describe(dimension)) }
}

/// All names of variables in an expression, in order.
pub fn names(expr: &Expr) -> Vec<(String, Span)> {
    let mut out = Vec::new();
    walk::names(expr, &mut |name, span| out.push((name.to_owned(), span)));
    out
}

/// The first call of a random function.
pub fn random_call(expr: &Expr) -> Option<(String, Span)> {
    let mut found = None;
    walk::each(expr, &mut |node| {
        if let ExprKind::Call(name, _) = &node.kind
            && functions::lookup(name).is_some_and(|f| f.random)
            && found.is_none()
        {
            found = Some((name.clone(), node.span));
        }
    });
    found
}
