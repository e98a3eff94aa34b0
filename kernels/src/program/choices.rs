//! Which synapses are recorded by monitors that do not record all of an object: chosen once, when these are made, so that
//! a step does nothing for the others.

use crate::language::ast::Expr;
use crate::model::{Chosen, Model, MonitorKind};

use super::fields::{Element, Extent, Field, Fields};
use super::names::Names;
use super::parts::GroupParts;
use super::synapses;

/// A choice of synapses.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The monitor that records them.
    pub monitor: usize,
    /// Of which object.
    pub object: usize,
    /// The array of their numbers, rising as they lie in memory.
    pub array: String,
    /// What holds for them, over identifiers at synapse `q` from `i` to `j`; `None`: they are listed.
    pub condition: Option<(Expr, Names)>,
}

/// The choices of all monitors.
pub fn build(model: &Model, groups: &[GroupParts], fields: &mut Fields) -> Vec<Choice> {
    let mut out = Vec::new();
    for (monitor, object, chosen) in all(model) {
        let array = format!("chosen_{monitor}");
        fields.add(Field {
            ident: array.clone(),
            element: Element::I32,
            extent: Extent::Chosen(out.len()),
            zeroed: false,
            structural: Some(object),
        });
        let condition = match chosen {
            Chosen::Where(condition) => Some(synapses::chosen(model, object, groups, condition)),
            Chosen::Listed(_) => None,
        };
        out.push(Choice { monitor, object, array, condition });
    }
    out
}

/// Monitors that choose: their number, the object, the choice.
pub fn all(model: &Model) -> impl Iterator<Item = (usize, usize, &Chosen)> {
    let monitors = model.monitors.iter().enumerate();
    monitors.filter_map(|(number, monitor)| match &monitor.kind {
        MonitorKind::Synapses { object, chosen: Some(chosen), .. } => Some((number, *object, chosen)),
        _ => None,
    })
}

/// The conditions by which synapses of an object are chosen.
pub(super) fn conditions(model: &Model, number: usize) -> impl Iterator<Item = &Expr> {
    all(model).filter_map(move |(_, object, chosen)| match chosen {
        Chosen::Where(condition) if object == number => Some(condition),
        _ => None,
    })
}
