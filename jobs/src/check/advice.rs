//! Better help for names that are not known in one place of the job but are in another: variables of other groups, sides
//! of synapses.

use kernels::language::ast::Equation;
use kernels::language::codes as language;
use kernels::language::fault::Fault;
use kernels::model::Model;

use super::names::Names;
use crate::texts::Texts;

/// Names of variables of other groups, used in a group of neurons.
pub fn other_groups(faults: &mut [Fault], model: &Model, texts: &Texts) {
    for fault in faults.iter_mut().filter(|f| is_at_a_loss(f)) {
        let name = texts.slice(fault.span);
        if let Some(group) = model.groups.iter().find(|g| g.equations.iter().any(|e| e.name == name)) {
            fault.help = Some(format!(
                "'{name}' is a variable of [neurons.{}]; a group knows its own variables only, synapses carry values \
                 from one to the other",
                group.name
            ));
        }
    }
}

/// Names in the code of synapses that lack their side.
pub fn sides(faults: &mut [Fault], scope: &Names, own: &[Equation], texts: &Texts) {
    for fault in faults.iter_mut().filter(|f| f.code == language::UNKNOWN_NAME) {
        let name = texts.slice(fault.span);
        let bare = name.strip_suffix("_pre").or_else(|| name.strip_suffix("_post"));
        if let Some(bare) = bare.filter(|bare| own.iter().any(|e| e.name == *bare)) {
            fault.help =
                Some(format!("write {bare}: it is a variable of the synapse itself, and has no side"));
        }
    }
    for fault in faults.iter_mut().filter(|f| is_at_a_loss(f)) {
        let name = texts.slice(fault.span);
        let both = ["_pre", "_post"].map(|side| format!("{name}{side}"));
        let known: Vec<&str> = both.iter().map(String::as_str).filter(|n| scope.has(n)).collect();
        if !known.is_empty() {
            fault.help = Some(format!(
                "did you mean {}? a variable of the source ends with _pre, one of the target with _post",
                known.join(" or ")
            ));
        }
    }
}

/// Statements of synapses that set a variable which the source or the target does not have.
pub fn not_there(faults: &mut [Fault], texts: &Texts) {
    for fault in faults.iter_mut().filter(|f| f.code == language::RESERVED_NAME) {
        let name = texts.slice(fault.span);
        let side = |suffix, side| name.strip_suffix(suffix).map(|bare| (bare, side));
        if let Some((bare, side)) = side("_pre", "source").or_else(|| side("_post", "target")) {
            *fault = Fault::new(language::UNKNOWN_NAME, fault.span, format!("'{name}' is not defined"))
                .help(format!("the {side} has no variable '{bare}'"));
        }
    }
}

/// Whether nothing better is known than to define the name.
fn is_at_a_loss(fault: &Fault) -> bool {
    let help = fault.help.as_deref().unwrap_or("");
    fault.code == language::UNKNOWN_NAME
        && (help.starts_with("define it in [parameters]") || help.starts_with("did you mean"))
}
