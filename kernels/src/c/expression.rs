//! Prints expressions over identifiers as C, with no more parentheses than C needs.

use crate::language::ast::{Binary, Expr, ExprKind, Unary, ValueKind};
use crate::program::lookups::WHOLE;
use crate::program::names::Names;

/// How tightly printed text binds; larger binds tighter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Conditional,
    Bits,
    Compare,
    Sum,
    Product,
    Prefix,
    Primary,
}

/// Prints an expression where a real number is wanted.
pub fn print_real(expr: &Expr, names: &Names) -> String {
    Printer { names }.text(inside(expr)).0
}

/// What a looked up integer is as a real number; NaN stays what it is.
fn inside(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Call(function, arguments) if function == WHOLE => &arguments[0],
        _ => expr,
    }
}

/// Functions whose arguments are integers.
const OF_INTEGERS: [&str; 3] = ["ss_ifloordiv", "ss_imod", "__builtin_abs"];

/// Prints an expression; kinds of identifiers are looked up in `names`.
pub fn print(expr: &Expr, names: &Names) -> String {
    Printer { names }.text(expr).0
}

struct Printer<'a> {
    names: &'a Names,
}

impl Printer<'_> {
    fn text(&self, expr: &Expr) -> (String, Tightness) {
        match &expr.kind {
            ExprKind::Integer(value) => {
                (integer(*value), if *value < 0 { Tightness::Prefix } else { Tightness::Primary })
            }
            ExprKind::Real(value) => real(*value),
            ExprKind::Boolean(value) => (u8::from(*value).to_string(), Tightness::Primary),
            ExprKind::Name(ident) => (ident.clone(), primary(ident)),
            ExprKind::Unary(Unary::Negate, a) => {
                (format!("-{}", self.above(a, Tightness::Prefix)), Tightness::Prefix)
            }
            ExprKind::Unary(Unary::Not, a) => {
                (format!("!{}", self.above(a, Tightness::Prefix)), Tightness::Prefix)
            }
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b),
            ExprKind::Call(function, arguments) => self.call(function, arguments),
            _ => ("0".to_string(), Tightness::Primary),
        }
    }

    /// Text that binds tighter than `than`.
    fn above(&self, expr: &Expr, than: Tightness) -> String {
        let (text, tightness) = self.text(expr);
        if tightness > than { text } else { format!("({text})") }
    }

    /// Text that binds at least as tightly.
    fn at_least(&self, expr: &Expr, than: Tightness) -> String {
        let (text, tightness) = self.text(expr);
        if tightness >= than { text } else { format!("({text})") }
    }

    fn is_whole(&self, a: &Expr, b: &Expr) -> bool {
        let whole = |e| self.names.kind(e) != ValueKind::Real;
        whole(a) && whole(b)
    }

    fn binary(&self, op: Binary, a: &Expr, b: &Expr) -> (String, Tightness) {
        let (a, b) = match self.is_whole(a, b) && op != Binary::Divide {
            true => (a, b),
            false => (inside(a), inside(b)),
        };
        let infix = |symbol: &str, at: Tightness| {
            (format!("{} {symbol} {}", self.at_least(a, at), self.above(b, at)), at)
        };
        match op {
            Binary::Add => infix("+", Tightness::Sum),
            Binary::Subtract => infix("-", Tightness::Sum),
            Binary::Multiply => (
                format!("{}*{}", self.at_least(a, Tightness::Product), self.above(b, Tightness::Product)),
                Tightness::Product,
            ),
            Binary::Divide if self.is_whole(a, b) => {
                let (a, b) = (self.above(a, Tightness::Prefix), self.above(b, Tightness::Prefix));
                (format!("(double){a}/(double){b}"), Tightness::Product)
            }
            Binary::Divide => (
                format!("{}/{}", self.at_least(a, Tightness::Product), self.above(b, Tightness::Product)),
                Tightness::Product,
            ),
            Binary::FloorDivide => {
                self.function(if self.is_whole(a, b) { "ss_ifloordiv" } else { "ss_floordiv" }, &[a, b])
            }
            Binary::Modulo => self.function(if self.is_whole(a, b) { "ss_imod" } else { "ss_mod" }, &[a, b]),
            Binary::Power => self.function("ss_pow", &[a, b]),
            Binary::Less => infix("<", Tightness::Compare),
            Binary::LessEqual => infix("<=", Tightness::Compare),
            Binary::Greater => infix(">", Tightness::Compare),
            Binary::GreaterEqual => infix(">=", Tightness::Compare),
            Binary::Equal => self.equality("==", a, b),
            Binary::NotEqual => self.equality("!=", a, b),
            // Bits instead of `&&` and `||`: no branch, so that loops vectorise. Operands are 0 or 1.
            Binary::And => self.bits("&", a, b),
            Binary::Or => self.bits("|", a, b),
        }
    }

    fn equality(&self, symbol: &str, a: &Expr, b: &Expr) -> (String, Tightness) {
        (
            format!("{} {symbol} {}", self.above(a, Tightness::Compare), self.above(b, Tightness::Compare)),
            Tightness::Compare,
        )
    }

    fn bits(&self, symbol: &str, a: &Expr, b: &Expr) -> (String, Tightness) {
        let side = |e: &Expr| match &e.kind {
            ExprKind::Name(_) => self.above(e, Tightness::Bits),
            _ => format!("({})", self.text(e).0),
        };
        (format!("{} {symbol} {}", side(a), side(b)), Tightness::Bits)
    }

    fn function(&self, name: &str, arguments: &[&Expr]) -> (String, Tightness) {
        let of_integers = OF_INTEGERS.contains(&name);
        let arguments = arguments.iter().map(|a| if of_integers { a } else { inside(a) });
        let arguments: Vec<String> = arguments.map(|a| self.text(a).0).collect();
        (format!("{name}({})", arguments.join(", ")), Tightness::Primary)
    }

    fn call(&self, function: &str, arguments: &[Expr]) -> (String, Tightness) {
        let all: Vec<&Expr> = arguments.iter().collect();
        match function {
            "?:" => {
                let side = |k: usize| self.above(&arguments[k], Tightness::Conditional);
                (format!("{} ? {} : {}", side(0), side(1), side(2)), Tightness::Conditional)
            }
            "(double)" => (
                format!("(double){}", self.above(inside(&arguments[0]), Tightness::Prefix)),
                Tightness::Prefix,
            ),
            WHOLE => self.function("ss_int", &all),
            "int" if self.names.kind(&arguments[0]) != ValueKind::Real => {
                (format!("(int32_t){}", self.above(&arguments[0], Tightness::Prefix)), Tightness::Prefix)
            }
            "abs" if self.names.kind(&arguments[0]) == ValueKind::Integer => {
                self.function("__builtin_abs", &all)
            }
            "sign" => {
                let (text, _) = self.function("ss_sign", &all);
                (format!("(int32_t){text}"), Tightness::Prefix)
            }
            "timestep" => {
                let (text, _) = self.function("ss_timestep", &all);
                (format!("(int32_t){text}"), Tightness::Prefix)
            }
            "ss_poisson" | "ss_binomial" => {
                let (text, _) = self.function(function, &all);
                (format!("ss_count32({text})"), Tightness::Primary)
            }
            _ if function.starts_with("ss_") => self.function(function, &all),
            _ => self.function(&format!("ss_{function}"), &all),
        }
    }
}

fn primary(ident: &str) -> Tightness {
    if ident.starts_with('(') { Tightness::Prefix } else { Tightness::Primary }
}

fn integer(value: i64) -> String {
    if i32::try_from(value).is_ok() { value.to_string() } else { format!("{value}.0") }
}

fn real(value: f64) -> (String, Tightness) {
    let text = match value {
        v if v.is_nan() => return ("SS_NAN".into(), Tightness::Primary),
        v if v == f64::INFINITY => return ("SS_INFINITY".into(), Tightness::Primary),
        v if v == f64::NEG_INFINITY => return ("-SS_INFINITY".into(), Tightness::Prefix),
        v => format!("{v:?}"),
    };
    let tightness = if value.is_sign_negative() { Tightness::Prefix } else { Tightness::Primary };
    (text, tightness)
}
