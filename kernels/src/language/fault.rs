//! A fault of the user's: what is wrong, where, and how to mend it. Rendering is done by whoever holds the texts.

use super::ast::Span;

/// One fault, in words of the user's world.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Stable code, `E` and four digits, listed in the guide.
    pub code: &'static str,
    /// One sentence: what is wrong.
    pub message: String,
    /// The place that is marked.
    pub span: Span,
    /// A few words beside the mark.
    pub label: String,
    /// Further places with their words (the other operand, the earlier definition).
    pub also: Vec<(Span, String)>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Fault {
    /// A fault with a marked place.
    pub fn new(code: &'static str, span: Span, message: impl Into<String>) -> Fault {
        Fault { code, message: message.into(), span, label: String::new(), also: Vec::new(), help: None }
    }

    /// Adds the words beside the mark.
    pub fn label(mut self, label: impl Into<String>) -> Fault {
        self.label = label.into();
        self
    }

    /// Adds a further place.
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Fault {
        self.also.push((span, label.into()));
        self
    }

    /// Adds how to mend it.
    pub fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }
}
