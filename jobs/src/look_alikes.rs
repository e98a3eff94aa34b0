//! Units that differ by the case of a letter alone, such as `MS` and `ms`: named where a dimension does not fit.

use kernels::language::codes as language;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::units;

use crate::texts::Texts;

/// Adds to a wrong dimension that a unit beside it looks like another one: `MS` like `ms`.
pub fn mark(faults: &mut [Fault], texts: &Texts) {
    let dimensional =
        [language::OPERANDS, language::COMPARED, language::RESULT, language::ARGUMENT, language::ASSIGNED];
    for fault in faults.iter_mut().filter(|f| dimensional.contains(&f.code)) {
        let marked = fault.also.iter().find_map(|(span, label)| {
            Some(format!(
                "give {} another unit: {}",
                label.split(" is ").next()?,
                look_alike(texts.slice(*span))?
            ))
        });
        if let Some(words) = marked {
            fault.help = Some(match &fault.help {
                Some(help) => format!("{help}; or {words}"),
                None => words,
            });
        }
    }
}

/// Units of other dimensions that differ from each other by case alone.
fn look_alike(text: &str) -> Option<String> {
    let (number, unit) = text.trim().split_once(' ')?;
    let dimension =
        |unit: &str| -> Option<Dimension> { Some(units::quantity(&format!("1 {unit}"))?.ok()?.1) };
    let own = dimension(unit)?;
    let other = ["ms", "us", "ns", "s", "mS", "uS", "nS", "S", "mA", "mM"]
        .into_iter()
        .find(|other| *other != unit && other.eq_ignore_ascii_case(unit) && dimension(other) != Some(own))?;
    let (is, other_is) = (units::describe(own), units::describe(dimension(other)?));
    Some(format!("{unit} is {is}; for {other_is} write \"{number} {other}\""))
}
