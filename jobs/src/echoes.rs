//! Faults that only repeat another one: left out, or counted in the first.

use std::collections::{BTreeMap, BTreeSet};

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
    same_culprit(faults);
}

/// What a line that is not TOML would have meant is a guess, and not worth a fault.
fn damaged_lines(faults: &mut Vec<Fault>, texts: &Texts) {
    let line = |f: &Fault| (texts.in_file(f.span).text.0, texts.position(f.span).0);
    let damaged: BTreeSet<(u32, usize)> = faults.iter().filter(|f| f.code == codes::TOML).map(line).collect();
    faults.retain(|f| f.code == codes::TOML || !damaged.contains(&line(f)));
}

/// A name that is read although nobody defines it is not also a name that is set in vain, nor unknown in synapses.
fn unused_but_unknown(faults: &mut Vec<Fault>, texts: &Texts) {
    let slice = |f: &Fault| texts.slice(f.span).to_owned();
    let unknown: BTreeSet<String> =
        faults.iter().filter(|f| f.code == language::UNKNOWN_NAME).map(slice).collect();
    let follows = |f: &Fault| {
        let name = slice(f);
        let bare = name.strip_suffix("_post").or_else(|| name.strip_suffix("_pre"));
        match f.code {
            language::UNUSED => unknown.contains(&name),
            codes::UNKNOWN_NAME => unknown.contains(name.trim_matches(['"', '\''])),
            language::UNKNOWN_NAME => bare.is_some_and(|bare| unknown.contains(bare)),
            _ => false,
        }
    };
    faults.retain(|f| !follows(f));
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

/// No more than this many places are marked in one fault.
const MARKED: usize = 3;

/// A parameter without its unit shows wherever it is used: one fault, with the other places marked in it.
fn same_culprit(faults: &mut Vec<Fault>) {
    let mut first: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    let mut kept: Vec<Fault> = Vec::new();
    let mut hidden: BTreeMap<usize, usize> = BTreeMap::new();
    for fault in faults.drain(..) {
        let Some(culprit) = culprit(&fault) else {
            kept.push(fault);
            continue;
        };
        match first.get(&culprit) {
            None => {
                first.insert(culprit, kept.len());
                kept.push(fault);
            }
            Some(k) => {
                let count = hidden.entry(*k).or_default();
                *count += 1;
                if *count <= MARKED {
                    kept[*k].also.push((fault.span, "does not fit, either".into()));
                }
            }
        }
    }
    for (k, count) in hidden.into_iter().filter(|(_, count)| *count > MARKED) {
        let help = kept[k].help.take().unwrap_or_default();
        kept[k].help = Some(format!("{help} (it does not fit in {count} more places)"));
    }
    *faults = kept;
}

/// Where the parameter stands that the help asks to give a unit.
fn culprit(fault: &Fault) -> Option<(u32, u32)> {
    let help = fault.help.as_deref()?;
    fault.also.iter().find_map(|(span, label)| {
        let name = label.split(" is ").next().filter(|name| name.starts_with('\''))?;
        help.contains(&format!("give {name} a")).then_some((span.text.0, span.start))
    })
}
