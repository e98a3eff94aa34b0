//! The syntax tree of expressions and statements, as written by the user.
//!
//! Nodes carry a [`Span`] into the text they came from, so that every later stage can point at the user's own
//! characters. Nothing here knows dimensions, kinds or values: that is `check`'s and `evaluate`'s business.

/// Names one source text of a job (one string value of the job file); handed out by whoever read the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TextId(pub u32);

/// A range of bytes in one source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The text the bytes are in.
    pub text: TextId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { text: self.text, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// An expression and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A literal without point or exponent: `2`.
    Integer(i64),
    /// Any other number literal, or a constant folded from one; SI value.
    Real(f64),
    /// `True` or `False`.
    Boolean(bool),
    /// A text in quotes; only compared with text parameters, never in a kernel.
    Text(String),
    /// A variable, parameter, unit or constant.
    Name(String),
    /// `-a`, `not a`.
    Unary(Unary, Box<Expr>),
    /// `a + b` and the like.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `exp(a)`; the name is not yet known to be a function.
    Call(String, Vec<Expr>),
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unary {
    /// `-a`
    Negate,
    /// `not a`
    Not,
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    /// True division, also of two integers.
    Divide,
    /// `//`, rounding down.
    FloorDivide,
    /// `%`, with the sign of the divisor.
    Modulo,
    Power,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

/// How a statement changes its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Assign {
    Set,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// One statement of a reset, an `on_pre`, an `initial` block.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The variable that is written, or a new temporary.
    pub target: String,
    /// Where the target stands.
    pub target_span: Span,
    /// `=`, `+=`, ...
    pub assign: Assign,
    /// The right-hand side.
    pub value: Expr,
}

/// What a line of equations defines.
#[derive(Debug, Clone, PartialEq)]
pub enum EquationKind {
    /// `dx/dt = expr : unit`
    Differential(Expr),
    /// `x = expr : unit`
    Subexpression(Expr),
    /// `x : unit`
    Parameter,
}

/// The values a variable can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ValueKind {
    Boolean,
    Integer,
    Real,
}

/// A flag in brackets behind the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Flag {
    UnlessRefractory,
    Constant,
    Shared,
    Linked,
    ConstantOverDt,
    EventDriven,
    ClockDriven,
    Summed,
    Single,
}

/// One line of an equations block.
#[derive(Debug, Clone, PartialEq)]
pub struct Equation {
    /// The variable it defines.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// What it says of the variable.
    pub kind: EquationKind,
    /// Boolean, integer or real.
    pub value_kind: ValueKind,
    /// Dimension of the variable (not of its derivative).
    pub dimension: super::dimension::Dimension,
    /// Where the unit stands.
    pub unit_span: Span,
    /// The flags, with their places.
    pub flags: Vec<(Flag, Span)>,
}

impl Equation {
    /// Whether the flag is set.
    pub fn has(&self, flag: Flag) -> bool {
        self.flags.iter().any(|(f, _)| *f == flag)
    }
}
