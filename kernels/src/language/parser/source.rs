//! The token stream the parsers read from, with the caps on size and depth.

use super::super::ast::{Expr, ExprKind, Span, TextId};
use super::super::codes;
use super::super::fault::Fault;
use super::super::lexer::{self, Kind, Token};
use super::limits;

/// A text with its tokens and a place in it.
pub(super) struct Source<'a> {
    text: &'a str,
    id: TextId,
    tokens: Vec<Token>,
    faults: Vec<Fault>,
    at: usize,
    blank_lines: bool,
    nesting: usize,
    nodes: usize,
}

impl<'a> Source<'a> {
    pub fn new(text: &'a str, id: TextId) -> Result<Source<'a>, Fault> {
        if text.len() > limits::TEXT {
            let span = Span { text: id, start: 0, end: 0 };
            return Err(Fault::new(codes::TOO_LARGE, span, format!("this text has {} bytes", text.len()))
                .help(format!("texts have at most {} bytes", limits::TEXT)));
        }
        let lexed = lexer::tokens(text, id);
        let (tokens, faults) = (lexed.tokens, lexed.faults);
        Ok(Source { text, id, tokens, faults, at: 0, blank_lines: false, nesting: 0, nodes: 0 })
    }

    /// Sets whether newlines are blanks; returns what was set before.
    pub fn lines_are_blank(&mut self, blank: bool) -> bool {
        std::mem::replace(&mut self.blank_lines, blank)
    }

    /// The next token.
    pub fn peek(&mut self) -> Token {
        while self.blank_lines && self.tokens[self.at].kind == Kind::Newline {
            self.at += 1;
        }
        self.tokens[self.at]
    }

    pub fn peek_span(&mut self) -> Span {
        self.peek().span
    }

    /// The token `k` places on, newlines counted.
    pub fn ahead(&self, k: usize) -> Token {
        self.tokens[(self.at + k).min(self.tokens.len() - 1)]
    }

    /// The last token taken.
    pub fn previous(&self) -> Option<Token> {
        self.tokens[..self.at].iter().rev().find(|t| t.kind != Kind::Newline).copied()
    }

    /// Takes the next token; `End` stays.
    pub fn take(&mut self) -> Token {
        let token = self.peek();
        if token.kind != Kind::End {
            self.at += 1;
        }
        token
    }

    pub fn sees(&mut self, symbol: &str) -> bool {
        matches!(self.peek().kind, Kind::Symbol(s) if s == symbol)
    }

    pub fn accept(&mut self, symbol: &str) -> bool {
        let found = self.sees(symbol);
        if found {
            self.at += 1;
        }
        found
    }

    /// The characters of a span.
    pub fn slice(&self, span: Span) -> &'a str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// Moves on to the next token for which the test holds, or to the end.
    pub fn skip_until(&mut self, test: impl Fn(&Source, usize) -> bool) {
        while self.tokens[self.at].kind != Kind::End && !test(self, self.at) {
            self.at += 1;
        }
    }

    /// The token with this number.
    pub fn token(&self, at: usize) -> Token {
        self.tokens[at.min(self.tokens.len() - 1)]
    }

    /// The number of the next token.
    pub fn place(&self) -> usize {
        self.at
    }

    /// The fault of a token that is none.
    pub fn bad(&self, token: Token) -> Option<Fault> {
        match token.kind {
            Kind::Bad(k) => self.faults.get(k).cloned(),
            _ => None,
        }
    }

    /// The fault of the token at this span, if it is none.
    pub fn bad_token_at(&self, span: Span) -> Option<Fault> {
        self.tokens.iter().find(|t| t.span == span).and_then(|t| self.bad(*t))
    }

    pub fn not_empty(&mut self, what: &str) -> Result<(), Fault> {
        if self.peek().kind != Kind::End {
            return Ok(());
        }
        let span = Span { text: self.id, start: 0, end: self.text.len() as u32 };
        Err(Fault::new(codes::EMPTY, span, format!("{what} is missing")))
    }

    /// Nothing may follow.
    pub fn end(&mut self) -> Result<(), Fault> {
        let token = self.peek();
        if token.kind == Kind::End { Ok(()) } else { Err(self.after_value(token)) }
    }

    /// Makes a node, counting it.
    pub fn node(&mut self, kind: ExprKind, span: Span) -> Result<Expr, Fault> {
        self.nodes += 1;
        if self.nodes > limits::NODES {
            return Err(Fault::new(codes::TOO_LARGE, span, "this text has too many terms")
                .help(format!("at most {} names, numbers and operators", limits::NODES)));
        }
        Ok(Expr { kind, span })
    }

    /// Goes one level deeper; to be undone by [`Source::leave`].
    pub fn enter(&mut self, span: Span) -> Result<(), Fault> {
        self.nesting += 1;
        if self.nesting <= limits::NESTING {
            return Ok(());
        }
        Err(Fault::new(codes::TOO_LARGE, span, "this expression is nested too deeply").help(format!(
            "at most {} levels; give a part of it a name in a line of its own",
            limits::NESTING
        )))
    }

    pub fn leave(&mut self) {
        self.nesting -= 1;
    }

    /// Forgets the nesting after a fault.
    pub fn surface(&mut self) {
        self.nesting = 0;
        self.blank_lines = false;
    }
}
