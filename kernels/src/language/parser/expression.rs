//! Expressions: precedence climbing over the token stream.

use super::super::ast::{Binary, Expr, ExprKind, Span, Unary};
use super::super::codes;
use super::super::fault::Fault;
use super::super::lexer::{Kind, Token};
use super::super::names;
use super::limits;
use super::source::Source;

/// An expression with the height of its tree.
type Tall = (Expr, usize);

const NOT: u8 = 5;
const COMPARISON: u8 = 7;
const SIGN: u8 = 13;

/// The operator with its binding powers to the left and to the right.
fn operator(symbol: &str) -> Option<(Binary, u8, u8)> {
    Some(match symbol {
        "or" => (Binary::Or, 1, 2),
        "and" => (Binary::And, 3, 4),
        "<" => (Binary::Less, COMPARISON, 8),
        "<=" => (Binary::LessEqual, COMPARISON, 8),
        ">" => (Binary::Greater, COMPARISON, 8),
        ">=" => (Binary::GreaterEqual, COMPARISON, 8),
        "==" => (Binary::Equal, COMPARISON, 8),
        "!=" => (Binary::NotEqual, COMPARISON, 8),
        "+" => (Binary::Add, 9, 10),
        "-" => (Binary::Subtract, 9, 10),
        "*" => (Binary::Multiply, 11, 12),
        "/" => (Binary::Divide, 11, 12),
        "//" => (Binary::FloorDivide, 11, 12),
        "%" => (Binary::Modulo, 11, 12),
        "**" => (Binary::Power, 16, 15),
        _ => return None,
    })
}

impl Source<'_> {
    /// One expression, as long as it goes.
    pub(super) fn expression(&mut self) -> Result<Expr, Fault> {
        self.climb(0).map(|(expr, _)| expr)
    }

    /// An operand of a comparison.
    pub(super) fn sum(&mut self) -> Result<Expr, Fault> {
        self.climb(COMPARISON + 1).map(|(expr, _)| expr)
    }

    fn climb(&mut self, least: u8) -> Result<Tall, Fault> {
        let (mut left, mut height) = self.operand(least)?;
        let mut compared = false;
        loop {
            let token = self.peek();
            let Some((binary, power, right_power)) = self.operator_at(token) else { break };
            if power < least {
                break;
            }
            if compared && power == COMPARISON {
                return Err(self.chain(&left, token));
            }
            self.take();
            let (right, right_height) = self.right_operand(binary, right_power, token)?;
            height = 1 + height.max(right_height);
            if height > limits::HEIGHT {
                return Err(too_tall(token.span));
            }
            compared = power == COMPARISON;
            let span = left.span.to(right.span);
            left = self.node(ExprKind::Binary(binary, Box::new(left), Box::new(right)), span)?;
        }
        Ok((left, height))
    }

    /// Only `**` leans to the right, so only its chains go deeper.
    fn right_operand(&mut self, binary: Binary, power: u8, token: Token) -> Result<Tall, Fault> {
        if binary != Binary::Power {
            return self.climb(power);
        }
        self.enter(token.span)?;
        let right = self.climb(power);
        self.leave();
        right
    }

    fn operator_at(&self, token: Token) -> Option<(Binary, u8, u8)> {
        match token.kind {
            Kind::Symbol(symbol) => operator(symbol),
            Kind::Name if matches!(self.slice(token.span), "and" | "or") => operator(self.slice(token.span)),
            _ => None,
        }
    }

    fn operand(&mut self, least: u8) -> Result<Tall, Fault> {
        let token = self.peek();
        match token.kind {
            Kind::Integer(value) => self.leaf(ExprKind::Integer(value)),
            Kind::Real(value) => self.leaf(ExprKind::Real(value)),
            Kind::Text => {
                let quoted = self.slice(token.span);
                self.leaf(ExprKind::Text(quoted[1..quoted.len() - 1].to_string()))
            }
            Kind::Name => self.word(token, least),
            Kind::Symbol("(") => self.bracketed(),
            Kind::Symbol("-") => self.unary(Unary::Negate, SIGN),
            Kind::Symbol("+") => {
                self.take();
                self.enter(token.span)?;
                let (inner, height) = self.climb(SIGN)?;
                self.leave();
                Ok((inner, height))
            }
            _ => Err(self.no_operand(token)),
        }
    }

    fn leaf(&mut self, kind: ExprKind) -> Result<Tall, Fault> {
        let span = self.take().span;
        Ok((self.node(kind, span)?, 1))
    }

    fn word(&mut self, token: Token, least: u8) -> Result<Tall, Fault> {
        let word = self.slice(token.span);
        match word {
            "True" => self.leaf(ExprKind::Boolean(true)),
            "False" => self.leaf(ExprKind::Boolean(false)),
            "not" if least <= NOT => self.unary(Unary::Not, NOT),
            "not" => Err(Fault::new(codes::OPERAND, token.span, "'not' cannot stand behind this operator")
                .help("put brackets around it: (not ...)")),
            _ if names::is_keyword(word) => Err(self.no_operand(token)),
            _ if self.ahead(1).kind == Kind::Symbol("(") => self.call(token, word.to_string()),
            _ => self.leaf(ExprKind::Name(word.to_string())),
        }
    }

    fn unary(&mut self, unary: Unary, power: u8) -> Result<Tall, Fault> {
        let sign = self.take();
        self.enter(sign.span)?;
        let (inner, height) = self.climb(power)?;
        self.leave();
        if height >= limits::HEIGHT {
            return Err(too_tall(sign.span));
        }
        let span = sign.span.to(inner.span);
        Ok((self.node(ExprKind::Unary(unary, Box::new(inner)), span)?, height + 1))
    }

    /// The span of a bracketed expression includes its brackets.
    fn bracketed(&mut self) -> Result<Tall, Fault> {
        let open = self.take();
        self.enter(open.span)?;
        let blank = self.lines_are_blank(true);
        if self.sees(")") {
            let span = open.span.to(self.peek_span());
            return Err(Fault::new(codes::OPERAND, span, "there is nothing between these brackets"));
        }
        let (mut inner, height) = self.climb(0)?;
        let close = self.close_bracket(")", open.span)?;
        self.lines_are_blank(blank);
        self.leave();
        inner.span = open.span.to(close);
        Ok((inner, height))
    }

    fn call(&mut self, name: Token, function: String) -> Result<Tall, Fault> {
        self.take();
        let open = self.take();
        self.enter(open.span)?;
        let blank = self.lines_are_blank(true);
        let (mut arguments, mut height) = (Vec::new(), 0);
        while !self.sees(")") || !arguments.is_empty() {
            let (argument, its_height) = self.climb(0)?;
            if self.sees("=") && matches!(argument.kind, ExprKind::Name(_)) {
                return Err(self.keyword_argument(&argument, &function));
            }
            arguments.push(argument);
            height = height.max(its_height);
            if !self.accept(",") {
                break;
            }
        }
        let close = self.close_bracket(")", open.span)?;
        self.lines_are_blank(blank);
        self.leave();
        if height >= limits::HEIGHT {
            return Err(too_tall(name.span));
        }
        Ok((self.node(ExprKind::Call(function, arguments), name.span.to(close))?, height + 1))
    }

    /// Takes the closing bracket that belongs to the one at `open`.
    pub(super) fn close_bracket(&mut self, bracket: &'static str, open: Span) -> Result<Span, Fault> {
        let token = self.peek();
        if self.accept(bracket) {
            return Ok(token.span);
        }
        let ends =
            matches!(token.kind, Kind::End | Kind::Newline | Kind::Symbol(":" | ";" | ")" | "]" | "}"));
        if !ends {
            return Err(self.after_value(token));
        }
        let opening = self.slice(open);
        Err(Fault::new(codes::BRACKET, open, format!("this '{opening}' is not closed"))
            .also(token.span, format!("'{bracket}' expected here, at the latest"))
            .help(format!("add the '{bracket}' that belongs to it")))
    }
}

fn too_tall(span: Span) -> Fault {
    Fault::new(codes::TOO_LARGE, span, "this expression has too many operators in a row")
        .help(format!("at most {}; give a part of it a name in a line of its own", limits::HEIGHT - 1))
}
