//! Faults that only repeat another one: left out, or counted in the first.

use std::collections::{BTreeMap, BTreeSet};

use kernels::language::ast::TextId;
use kernels::language::codes as language;
use kernels::language::fault::Fault;

use crate::codes;
use crate::texts::Texts;

/// Codes of names that are not known: the same name in ten places is one fault.
const UNKNOWN: &[&str] = &[language::UNKNOWN_NAME, language::UNKNOWN_FUNCTION];

/// Leaves the first of faults that say the same, in the order of the file.
pub fn drop(faults: &mut Vec<Fault>, texts: &Texts) {
    damaged_lines(faults, texts);
    unused_but_unknown(faults, texts);
    same_names(faults);
}

/// What a line that is not TOML would have meant is a guess, and not worth a fault.
fn damaged_lines(faults: &mut Vec<Fault>, texts: &Texts) {
    let line = |f: &Fault| -> (TextId, usize) { (texts.in_file(f.span).text, texts.position(f.span).0) };
    let damaged: BTreeSet<(u32, usize)> =
        faults.iter().filter(|f| f.code == codes::TOML).map(|f| (line(f).0.0, line(f).1)).collect();
    faults.retain(|f| f.code == codes::TOML || !damaged.contains(&(line(f).0.0, line(f).1)));
}

/// A name that is read although nobody defines it is not also a name that is set in vain.
fn unused_but_unknown(faults: &mut Vec<Fault>, texts: &Texts) {
    let slice = |f: &Fault| texts.slice(f.span).to_owned();
    let unknown: BTreeSet<String> =
        faults.iter().filter(|f| f.code == language::UNKNOWN_NAME).map(slice).collect();
    faults.retain(|f| f.code != language::UNUSED || !unknown.contains(&slice(f)));
}

/// One fault for each unknown name, with the number of places.
fn same_names(faults: &mut Vec<Fault>) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    let is_unknown = |f: &Fault| UNKNOWN.contains(&f.code);
    for fault in faults.iter().filter(|f| is_unknown(f)) {
        *count.entry(fault.message.clone()).or_default() += 1;
    }
    let mut seen = BTreeSet::new();
    faults.retain(|f| !is_unknown(f) || seen.insert(f.message.clone()));
    for fault in faults.iter_mut().filter(|f| is_unknown(f) && f.label.is_empty()) {
        match count.get(&fault.message) {
            Some(2) => fault.label = "here and in one more place".into(),
            Some(n) if *n > 2 => fault.label = format!("here and in {} more places", n - 1),
            _ => {}
        }
    }
}
