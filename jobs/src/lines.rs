//! Lines and columns of a text, found without counting from its beginning: a refused job may have a fault in each of its
//! hundred thousand lines, or all of them in one.

/// A mark is set at every so many bytes.
const STRIDE: usize = 1024;

/// What stands before a byte of a text.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    /// How many lines have ended.
    lines: usize,
    /// The byte at which the line begins.
    line_start: usize,
    /// How many characters there are.
    characters: usize,
}

impl Mark {
    /// The same behind these bytes, of which the first is byte `at` of the text.
    fn behind(mut self, bytes: &[u8], at: usize) -> Mark {
        self.lines += bytes.iter().filter(|b| **b == b'\n').count();
        if let Some(k) = bytes.iter().rposition(|b| *b == b'\n') {
            self.line_start = at + k + 1;
        }
        // All but the bytes that go on with a character.
        self.characters += bytes.iter().filter(|b| **b & 0xC0 != 0x80).count();
        self
    }
}

/// Marks on a text.
#[derive(Debug, Clone)]
pub struct Lines {
    marks: Vec<Mark>,
}

impl Lines {
    /// Reads the text once.
    pub fn new(text: &str) -> Lines {
        let mut marks = vec![Mark::default()];
        for (k, bytes) in text.as_bytes().chunks(STRIDE).enumerate() {
            marks.push(marks[k].behind(bytes, k * STRIDE));
        }
        Lines { marks }
    }

    fn at(&self, text: &str, at: usize) -> Mark {
        let from = at / STRIDE * STRIDE;
        self.marks[at / STRIDE].behind(&text.as_bytes()[from..at], from)
    }

    /// Line and column of a byte of that text, from 1, in characters.
    pub fn position(&self, text: &str, at: usize) -> (usize, usize) {
        let here = self.at(text, at);
        let characters = match &text[here.line_start..at] {
            line if line.len() < STRIDE => line.chars().count(),
            _ => here.characters - self.at(text, here.line_start).characters,
        };
        (here.lines + 1, characters + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_those_that_are_counted_from_the_beginning(
            pieces in prop::collection::vec((prop::sample::select(vec!["a", "é", "\n", "漢\n", "𝄞"]), 1..3000_usize), 0..6),
        ) {
            let text: String = pieces.iter().map(|(piece, count)| piece.repeat(*count)).collect();
            let lines = Lines::new(&text);
            let (mut line, mut column) = (1, 1);
            for (k, (at, c)) in text.char_indices().enumerate() {
                if k % 101 == 0 {
                    prop_assert_eq!(lines.position(&text, at), (line, column));
                }
                (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
            prop_assert_eq!(lines.position(&text, text.len()), (line, column));
        }
    }
}
