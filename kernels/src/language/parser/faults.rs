//! What to say when the text does not go on as the grammar wants.

use super::super::ast::{Expr, ExprKind, Span};
use super::super::codes;
use super::super::fault::Fault;
use super::super::lexer::{Kind, Token};
use super::super::{names, units};
use super::source::Source;

/// Operators of other languages, with what is written here.
const FOREIGN: [(&str, &str); 16] = [
    ("^", "a power is written **"),
    ("&&", "write 'and'"),
    ("||", "write 'or'"),
    ("&", "write 'and'"),
    ("|", "write 'or'"),
    ("!", "write 'not'"),
    ("~", "write 'not'"),
    ("<>", "write !="),
    ("<<", "write *2**n"),
    (">>", "write //2**n"),
    (":=", "to compare write =="),
    ("?", "a choice is written int(a > b)*x + int(a <= b)*y"),
    ("@", "only + - * / // % ** are known"),
    ("$", "names are made of A-Z, a-z, 0-9 and _"),
    ("\\", "a new line needs no mark inside brackets"),
    ("{", "use round brackets"),
];

/// Words of Python that have no place in an expression, with advice.
const WORDS: [(&str, &str); 6] = [
    ("if", "a choice is written int(a > b)*x + int(a <= b)*y"),
    ("else", "a choice is written int(a > b)*x + int(a <= b)*y"),
    ("for", "statements are done for every element; there are no loops"),
    ("is", "to compare write =="),
    ("in", "to compare write == and 'or'"),
    ("None", "there is no such value"),
];

impl Source<'_> {
    /// The fault of a token that stands where a value should begin.
    pub(super) fn no_operand(&self, token: Token) -> Fault {
        if let Some(fault) = self.bad(token).or_else(|| self.foreign(token)).or_else(|| self.python(token)) {
            return fault;
        }
        let found = self.shown(token);
        if let Some(previous) = self.previous()
            && previous.span.end <= token.span.start
            && !matches!(previous.kind, Kind::Symbol(";"))
        {
            let before = self.slice(previous.span);
            return Fault::new(codes::OPERAND, token.span, format!("a value is missing behind '{before}'"))
                .label(format!("a value expected, not {found}"))
                .also(previous.span, "behind this");
        }
        Fault::new(codes::OPERAND, token.span, format!("a value expected, not {found}"))
    }

    /// The fault of a token that stands where an expression is complete and does not continue it.
    pub(super) fn after_value(&self, token: Token) -> Fault {
        if let Some(fault) = self.bad(token).or_else(|| self.foreign(token)).or_else(|| self.python(token)) {
            return fault;
        }
        match token.kind {
            Kind::Symbol("=") => {
                Fault::new(codes::EQUALS, token.span, "'=' sets a variable; nothing is set here")
                    .help("to compare write ==, <, >, <=, >= or !=")
            }
            Kind::Symbol(sign @ ("+=" | "-=" | "*=" | "/=" | "%=" | "**=" | "//=")) => Fault::new(
                codes::EQUALS,
                token.span,
                format!("'{sign}' sets a variable; nothing is set here"),
            ),
            Kind::Symbol(close @ (")" | "]" | "}")) => {
                Fault::new(codes::BRACKET, token.span, format!("this '{close}' closes nothing"))
                    .help("remove it, or add the bracket that it should close")
            }
            Kind::Symbol("[") => Fault::new(codes::INDEX, token.span, "values cannot be indexed here")
                .help("statements and equations are done for every element; conditions on 'i' choose some"),
            Kind::Symbol(".") => self.member(token),
            Kind::Symbol(",") => Fault::new(codes::OPERAND, token.span, "a comma outside of a call")
                .help("write decimals with a point: 0.5"),
            Kind::Integer(_) | Kind::Real(_) | Kind::Name | Kind::Text | Kind::Symbol("(") => {
                self.no_operator(token)
            }
            _ => {
                Fault::new(codes::OPERAND, token.span, format!("{} is not expected here", self.shown(token)))
            }
        }
    }

    fn no_operator(&self, token: Token) -> Fault {
        let fault = Fault::new(codes::OPERATOR, token.span, "an operator is missing before this");
        let Some(previous) = self.previous() else { return fault };
        let (before, after) = (self.slice(previous.span), self.slice(token.span));
        let fault = fault.also(previous.span, "and behind this");
        if previous.kind == Kind::Name && token.kind == Kind::Symbol("(") {
            return fault;
        }
        let number = matches!(previous.kind, Kind::Integer(_) | Kind::Real(_));
        match token.kind {
            Kind::Name if number && units::unit(after).is_none() => match units::symbol(after) {
                Some(unit) => {
                    let long = units::long_name(unit);
                    fault.help(format!(
                        "write {before}*{long} if {after} is the unit, which has its long name in expressions; for a \
                         product with a name {before}*{after}"
                    ))
                }
                None => fault.help(format!("for a product write {before}*{after}")),
            },
            Kind::Name | Kind::Integer(_) | Kind::Real(_) => {
                fault.help(format!("for a product write {before}*{after}"))
            }
            _ => fault.help("a product is written with *"),
        }
    }

    fn member(&self, token: Token) -> Fault {
        let fault = Fault::new(codes::MEMBER, token.span, "'.' has no meaning here: nothing has members");
        match self.previous().map(|t| self.slice(t.span)) {
            Some("np" | "numpy" | "math" | "sp" | "scipy" | "sympy" | "brian2" | "b2") => {
                fault.help("functions are called by their bare names: exp(x)")
            }
            Some(name) if names::is_name(name) => fault.help(match self.following(token) {
                Some(side @ ("pre" | "post")) => format!("write {name}_{side}"),
                _ => "a group's own variables have bare names; in synapses x_pre and x_post say whose".into(),
            }),
            _ => fault.help("write 0.5 for a half, and * for a product"),
        }
    }

    /// The token that stands directly behind this one, as text.
    fn following(&self, token: Token) -> Option<&str> {
        let next =
            (0..).map(|k| self.token(k)).find(|t| t.span.start >= token.span.end || t.kind == Kind::End)?;
        Some(self.slice(next.span))
    }

    fn foreign(&self, token: Token) -> Option<Fault> {
        let Kind::Symbol(symbol) = token.kind else { return None };
        let (_, advice) = FOREIGN.iter().find(|(sign, _)| *sign == symbol)?;
        Some(
            Fault::new(codes::FOREIGN, token.span, format!("'{symbol}' is not an operator here"))
                .help(*advice),
        )
    }

    fn python(&self, token: Token) -> Option<Fault> {
        if token.kind != Kind::Name {
            return None;
        }
        let word = self.slice(token.span);
        if !names::is_keyword(word) || matches!(word, "True" | "False" | "and" | "or" | "not") {
            return None;
        }
        let fault = Fault::new(codes::WORD, token.span, format!("'{word}' has no meaning here"));
        let advice = WORDS.iter().find(|(w, _)| *w == word).map(|(_, advice)| *advice);
        Some(fault.help(advice.unwrap_or("as a word of Python it cannot be a name either")))
    }

    /// A chain `a < b < c`; `token` is the second sign.
    pub(super) fn chain(&mut self, first: &Expr, token: Token) -> Fault {
        let fault = Fault::new(codes::CHAIN, token.span, "only two values can be compared at a time")
            .label("a second comparison")
            .also(first.span, "the first one");
        let ExprKind::Binary(_, _, middle) = &first.kind else { return fault };
        let (whole, middle, sign) = (self.slice(first.span), self.slice(middle.span), self.slice(token.span));
        self.take();
        let last = match self.sum() {
            Ok(expr) => self.slice(expr.span).to_string(),
            Err(_) => "...".to_string(),
        };
        fault.help(format!("write {whole} and {middle} {sign} {last}"))
    }

    pub(super) fn keyword_argument(&mut self, name: &Expr, function: &str) -> Fault {
        let span = name.span.to(self.peek_span());
        Fault::new(codes::KEYWORD_ARGUMENT, span, "arguments have no names here")
            .help(format!("write the values in their order: {function}(value, ...)"))
    }

    /// A token in words.
    pub(super) fn shown(&self, token: Token) -> String {
        match token.kind {
            Kind::End => "the end of the text".into(),
            Kind::Newline => "the end of the line".into(),
            _ => format!("'{}'", self.slice(token.span)),
        }
    }

    /// An empty span behind the last token taken, or at `otherwise`.
    pub(super) fn behind(&self, otherwise: Span) -> Span {
        self.previous().map_or(otherwise, |t| Span { start: t.span.end, ..t.span })
    }
}
