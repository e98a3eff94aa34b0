//! Text parameters in strings of the model: `"{method}"` becomes the text of the parameter `method`.
//!
//! Done before parsing; places in the new text lead back to the file. Refuses names that are no text parameter.

use kernels::language::ast::{Span, TextId};
use kernels::language::fault::Fault;
use kernels::language::suggest;

use super::parameters::Parameters;
use crate::codes;
use crate::texts::{Piece, Texts};

/// The text with all `{name}` replaced; the same text if there is none. Without faults where a parameter was refused.
pub fn substitute(
    id: TextId,
    values: &[String],
    parameters: &Parameters,
    texts: &mut Texts,
) -> Result<TextId, Vec<Fault>> {
    let text = texts.get(id);
    if !text.contains('{') {
        return Ok(id);
    }
    let (mut out, mut pieces, mut faults) = (String::new(), Vec::new(), Vec::new());
    let (mut from, mut refused) = (0, false);
    while let Some((open, close)) = braces(text, from) {
        piece(&text[from..open], from, text[from..open].len(), true, &mut out, &mut pieces);
        let name = text[open + 1..close].trim();
        let span = Span { text: id, start: open as u32, end: close as u32 + 1 };
        match parameters.text(name).and_then(|k| values.get(k)) {
            Some(value) => piece(value, open, close + 1 - open, false, &mut out, &mut pieces),
            None if parameters.is_refused(name) => refused = true,
            None => faults.push(unknown(name, span, parameters)),
        }
        from = close + 1;
    }
    piece(&text[from..], from, text.len() - from, true, &mut out, &mut pieces);
    if faults.is_empty() && !refused { Ok(texts.value(id, out, pieces)) } else { Err(faults) }
}

/// The names in braces.
pub fn names(text: &str) -> Vec<&str> {
    let (mut out, mut from) = (Vec::new(), 0);
    while let Some((open, close)) = braces(text, from) {
        out.push(text[open + 1..close].trim());
        from = close + 1;
    }
    out
}

fn braces(text: &str, from: usize) -> Option<(usize, usize)> {
    let open = from + text[from..].find('{')?;
    let close = open + text[open..].find('}')?;
    Some((open, close))
}

fn piece(new: &str, start: usize, length: usize, exact: bool, out: &mut String, pieces: &mut Vec<Piece>) {
    if new.is_empty() && !pieces.is_empty() {
        return;
    }
    let at = out.len() as u32;
    pieces.push(Piece { at, start: start as u32, end: (start + length) as u32, exact });
    out.push_str(new);
}

fn unknown(name: &str, span: Span, parameters: &Parameters) -> Fault {
    if parameters.number(name).is_some() || parameters.array_named(name).is_some() {
        let message = format!("'{name}' is not a text parameter");
        return Fault::new(codes::TEXT_PARAMETER, span, message).help(format!("write {name} without braces"));
    }
    let fault = Fault::new(codes::TEXT_PARAMETER, span, format!("there is no text parameter '{name}'"));
    match suggest::nearest(name, parameters.texts.iter().map(|t| t.key.name.as_str())) {
        Some(near) => fault.help(format!("did you mean '{{{near}}}'?")),
        None => fault.help(format!("define it in [parameters]: {name} = {{ text = \"...\" }}")),
    }
}
