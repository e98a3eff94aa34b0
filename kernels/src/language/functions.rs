//! The functions that equations know, with the dimensions and kinds they take and give.

use super::ast::ValueKind;

/// A function.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Number of arguments.
    pub arity: usize,
    /// What the arguments must be.
    pub arguments: Arguments,
    /// The dimension of the result.
    pub result: ResultDimension,
    /// The kind of the result.
    pub kind: ResultKind,
    /// Whether every call gives another value.
    pub random: bool,
    /// Whether variables and parameters may have its name, and take it where they do: words that models use.
    pub yields: bool,
    /// Names of the arguments, for messages: `clip(x, low, high)`.
    pub usage: &'static str,
}

/// Rules for arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arguments {
    /// Pure numbers.
    Pure,
    /// A pure number or a condition.
    PureOrBoolean,
    /// Numbers of any dimension, the same for all arguments.
    Same,
    /// A pure number, then one of any dimension.
    PureThenAny,
    /// Times.
    Time,
}

/// Rules for the dimension of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResultDimension {
    /// A pure number.
    Pure,
    /// That of the first argument.
    First,
    /// That of the last argument.
    Last,
    /// The square root of that of the first argument.
    Root,
}

/// Rules for the kind of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResultKind {
    /// Always this one.
    Always(ValueKind),
    /// Integer if all arguments are integers, else real.
    Highest,
}

const REAL: ResultKind = ResultKind::Always(ValueKind::Real);
const INTEGER: ResultKind = ResultKind::Always(ValueKind::Integer);

const fn pure(name: &'static str, usage: &'static str) -> Function {
    let (arguments, result) = (Arguments::Pure, ResultDimension::Pure);
    Function { name, arity: 1, arguments, result, kind: REAL, random: false, yields: false, usage }
}

const fn random(name: &'static str, arity: usize, kind: ResultKind, usage: &'static str) -> Function {
    Function { arity, kind, random: true, ..pure(name, usage) }
}

/// A draw whose name models may use otherwise.
const fn yielding(function: Function) -> Function {
    Function { random: true, yields: true, ..function }
}

const fn same(name: &'static str, arity: usize, usage: &'static str) -> Function {
    let (arguments, result) = (Arguments::Same, ResultDimension::First);
    Function {
        name,
        arity,
        arguments,
        result,
        kind: ResultKind::Highest,
        random: false,
        yields: false,
        usage,
    }
}

/// Every function, in alphabetical order.
pub const ALL: [Function; 32] = [
    same("abs", 1, "abs(x)"),
    pure("arccos", "arccos(x)"),
    pure("arcsin", "arcsin(x)"),
    pure("arctan", "arctan(x)"),
    yielding(random("binomial", 2, INTEGER, "binomial(n, p)")),
    pure("ceil", "ceil(x)"),
    same("clip", 3, "clip(x, low, high)"),
    pure("cos", "cos(x)"),
    pure("cosh", "cosh(x)"),
    pure("exp", "exp(x)"),
    pure("expm1", "expm1(x)"),
    yielding(Function { kind: REAL, ..same("exponential", 1, "exponential(mean)") }),
    pure("exprel", "exprel(x)"),
    pure("floor", "floor(x)"),
    yielding(Function {
        arguments: Arguments::PureThenAny,
        result: ResultDimension::Last,
        kind: REAL,
        ..same("gamma", 2, "gamma(shape, scale)")
    }),
    Function { arguments: Arguments::PureOrBoolean, kind: INTEGER, ..pure("int", "int(x)") },
    pure("log", "log(x)"),
    pure("log10", "log10(x)"),
    pure("log1p", "log1p(x)"),
    same("max", 2, "max(x, y)"),
    same("min", 2, "min(x, y)"),
    random("poisson", 1, INTEGER, "poisson(mean)"),
    random("rand", 0, REAL, "rand()"),
    random("randn", 0, REAL, "randn()"),
    Function { result: ResultDimension::Pure, kind: INTEGER, ..same("sign", 1, "sign(x)") },
    pure("sin", "sin(x)"),
    pure("sinh", "sinh(x)"),
    Function { result: ResultDimension::Root, kind: REAL, ..same("sqrt", 1, "sqrt(x)") },
    pure("tan", "tan(x)"),
    pure("tanh", "tanh(x)"),
    Function { arguments: Arguments::Time, arity: 2, kind: INTEGER, ..pure("timestep", "timestep(t, dt)") },
    yielding(Function { kind: REAL, ..same("uniform", 2, "uniform(low, high)") }),
];

/// A function by its name.
pub fn lookup(name: &str) -> Option<&'static Function> {
    ALL.binary_search_by(|f| f.name.cmp(name)).ok().map(|k| &ALL[k])
}

/// What to write instead of a function that other languages have.
pub(super) fn advice(name: &str) -> Option<&'static str> {
    Some(match name {
        "ln" => "the natural logarithm is log(x)",
        "log2" => "write log(x)/log(2.0)",
        "asin" => "write arcsin(x)",
        "acos" => "write arccos(x)",
        "atan" => "write arctan(x)",
        "atan2" | "arctan2" => "write arctan(y/x)",
        "pow" | "power" => "write x**y",
        "fabs" => "write abs(x)",
        "exp2" => "write 2.0**x",
        "cbrt" => "write x**(1/3)",
        "round" | "rint" => "write floor(x + 0.5)",
        "random" => "rand() is uniform between 0 and 1",
        "normal" | "gauss" => "randn() is normal with mean 0 and standard deviation 1",
        "expovariate" => "write exponential(mean)",
        "heaviside" | "Heaviside" => "write int(x >= 0)",
        "where" | "ifelse" => "a choice is written int(a > b)*x + int(a <= b)*y",
        "bool" => "a comparison gives a condition: x != 0",
        "float" => "numbers are real wherever they need to be",
        _ => return None,
    })
}
