//! Indented C text, and the declarations that a body of code turns out to need.

/// Lines of C with their indentation.
#[derive(Debug, Default)]
pub struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    /// Starts at a depth of indentation.
    pub fn at(depth: usize) -> Writer {
        Writer { text: String::new(), depth }
    }

    /// One line.
    pub fn line(&mut self, line: impl AsRef<str>) {
        for _ in 0..self.depth {
            self.text.push_str("    ");
        }
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// A line that ends in `{`, and one deeper from here.
    pub fn open(&mut self, line: impl AsRef<str>) {
        self.line(format!("{} {{", line.as_ref()).trim_start());
        self.depth += 1;
    }

    /// `}`, one less deep.
    pub fn close(&mut self) {
        self.depth -= 1;
        self.line("}");
    }

    /// Text that is already indented.
    pub fn paste(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The current depth.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The text.
    pub fn finish(self) -> String {
        self.text
    }
}

/// An identifier and the line that declares it.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The identifier.
    pub ident: String,
    /// The line.
    pub line: String,
}

/// The declarations that a body needs, in their order; later ones may need earlier ones.
pub fn needed(all: &[Declaration], body: &str) -> Vec<String> {
    let mut text = body.to_string();
    let mut kept = Vec::new();
    for declaration in all.iter().rev() {
        if mentions(&text, &declaration.ident) {
            text.push_str(&declaration.line);
            text.push('\n');
            kept.push(declaration.line.clone());
        }
    }
    kept.reverse();
    kept
}

/// Whether an identifier occurs as a whole word.
pub fn mentions(text: &str, ident: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(ident).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + ident.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
