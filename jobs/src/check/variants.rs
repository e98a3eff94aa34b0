//! The models that the text parameters of a block make. Labels, which no string of the model uses, make none.

use kernels::language::ast::Span;
use kernels::language::evaluate::Value;
use kernels::language::fault::Fault;

use super::parameters::TextParameter;
use crate::codes;
use crate::points::block::Variants;
use crate::points::{Bindings, Group, Member, Slot};

/// No more models than this are made of text parameters.
const MOST_MODELS: usize = 256;

/// The models of all combinations of texts.
pub fn variants(
    groups: &[Group],
    base: &Bindings<'_>,
    parameters: &[TextParameter],
    span: Span,
    models: &mut Vec<Vec<String>>,
) -> Result<Variants, Fault> {
    let mut out = Variants::default();
    // For each group with texts: its different settings of texts.
    let mut settings: Vec<Vec<Vec<(usize, String)>>> = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        let members: Vec<(usize, &Member)> = group
            .members
            .iter()
            .filter_map(|m| match m.slot {
                Slot::Text(k) if parameters[k].in_model => Some((k, m)),
                _ => None,
            })
            .collect();
        if members.is_empty() {
            continue;
        }
        let (mut different, mut digits): (Vec<Vec<(usize, String)>>, Vec<u32>) = (Vec::new(), Vec::new());
        for k in 0..group.length {
            let setting: Vec<(usize, String)> =
                members.iter().map(|(t, m)| (*t, text(m.values.get(k)))).collect();
            let digit = different.iter().position(|d| *d == setting).unwrap_or_else(|| {
                different.push(setting);
                different.len() - 1
            });
            if different.len() > MOST_MODELS {
                return Err(too_many_models(span));
            }
            digits.push(digit as u32);
        }
        out.radix.push(different.len());
        out.digits.push((number, digits));
        settings.push(different);
    }
    let total = out.radix.iter().try_fold(1_usize, |n, r| n.checked_mul(*r)).filter(|n| *n <= MOST_MODELS);
    for combination in 0..total.ok_or_else(|| too_many_models(span))? {
        let mut texts: Vec<String> = base.texts.iter().map(|t| t.to_string()).collect();
        let mut rest = combination;
        for different in settings.iter().rev() {
            for (k, text) in &different[rest % different.len()] {
                texts[*k].clone_from(text);
            }
            rest /= different.len();
        }
        let model = models.iter().position(|m| *m == texts).unwrap_or_else(|| {
            models.push(texts);
            models.len() - 1
        });
        out.models.push(model);
    }
    if models.len() > MOST_MODELS { Err(too_many_models(span)) } else { Ok(out) }
}

fn text(value: Value) -> String {
    if let Value::Text(text) = value { text } else { String::new() }
}

fn too_many_models(span: Span) -> Fault {
    let message = format!("the texts of this block make more than {MOST_MODELS} different models");
    Fault::new(codes::TOO_MANY, span, message)
}
