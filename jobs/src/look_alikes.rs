//! Siemens where seconds are meant: `20 MS` and `20 mS` look like `20 ms`, and nothing about them is misspelled. Named
//! where a dimension does not fit and nothing simpler would mend it.

use kernels::language::codes as language;
use kernels::language::fault::Fault;

use crate::texts::Texts;

/// Units of siemens with the units of time that differ by case alone.
const ALIKE: [(&str, &str); 3] = [("MS", "ms"), ("mS", "ms"), ("S", "s")];

/// Adds to a wrong dimension that the unit of a parameter in it looks like one of time.
pub fn mark(faults: &mut [Fault], texts: &Texts) {
    let dimensional =
        [language::OPERANDS, language::COMPARED, language::RESULT, language::ARGUMENT, language::ASSIGNED];
    for fault in faults.iter_mut().filter(|f| dimensional.contains(&f.code)) {
        let help = fault.help.take();
        let is_at_a_loss = help.as_deref().is_none_or(|h| h.starts_with("an expression in"));
        let marked = fault.also.iter().find_map(|(span, label)| {
            let name = label.split(" is ").next()?;
            Some(format!("give {name} another unit: {}", look_alike(texts.slice(*span))?))
        });
        fault.help = match (help, marked.filter(|_| is_at_a_loss)) {
            (Some(help), Some(words)) => Some(format!("{help}; or {words}")),
            (help, words) => help.or(words),
        };
    }
}

fn look_alike(text: &str) -> Option<String> {
    let (number, unit) = text.trim().split_once(' ')?;
    let (_, time) = ALIKE.iter().find(|(siemens, _)| *siemens == unit)?;
    Some(format!("{unit} is siemens; for second write \"{number} {time}\""))
}
