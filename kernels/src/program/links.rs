//! Linked variables: values of another group, or of synapses, read where they lie.
//!
//! Each link has an array of the elements it reads, made with the initial values; what is read is the other group's own
//! array at that place, or what its subexpression stands for there. Nothing is copied.

use crate::language::ast::{Expr, ExprKind, ValueKind};
use crate::model::{Group, Link, Model, Places, Population};

use super::algebra::{name, visit};
use super::fields::{Element, Extent, Field, Fields};
use super::names::{Known, Names, part};
use super::parts::{GroupParts, Linked, common_names};

/// How the places of a link are found.
#[derive(Debug, Clone)]
pub struct LinkProgram {
    /// The array of places.
    pub array: String,
    /// The group that is read, as a part of identifiers.
    pub source: String,
    /// The place for element `e`, the `i`-th of its group; `None`: the only one, or the `i`-th.
    pub index: Option<Expr>,
    /// The host fills the array.
    pub listed: bool,
    /// Synapses are read: how many there are is not known when the places are written, and the host looks at them.
    pub of_synapses: bool,
}

/// The array of the places of a link.
pub fn array(group: &Group, link: &Link) -> String {
    format!("link_{}_{}", part(&group.name), part(&link.variable))
}

/// Gives all parts the meaning of their linked variables: those of other groups, or those of synapses.
pub fn resolve(model: &Model, parts: &mut [GroupParts], of_synapses: bool) {
    for (g, group) in model.groups.iter().enumerate() {
        let wanted = |link: &&Link| matches!(link.of, Population::Synapses(_)) == of_synapses;
        for link in group.links.iter().filter(wanted) {
            let place = format!("{}[e]", array(group, link));
            let own = group.equations.iter().find(|e| e.name == link.variable);
            let kind = own.map_or(ValueKind::Real, |e| e.value_kind);
            let source = super::parts::of(model, parts, link.of).expect("what is linked has variables");
            let mut names = common_names(model, true, &source.name, model.clock(link.of));
            source.bind(&mut names, &place, "");
            if of_synapses {
                super::clocked::sizes(&source.name, &mut names);
            } else {
                for array in &model.arrays {
                    let ident = format!("{}[{place}]", source.array(&array.name));
                    names.bind(&array.name, ident, Known::constant(ValueKind::Real));
                }
                names.bind("i", place.clone(), Known::constant(ValueKind::Integer));
            }
            let meaning = names.resolve(&source.subexpressions.inline(&name(link.source.clone())));
            let mut known = Vec::new();
            visit(&meaning, &mut |e| {
                if let ExprKind::Name(ident) = &e.kind {
                    known.push((ident.clone(), names.known(ident)));
                }
            });
            parts[g].linked.push(Linked { name: link.variable.clone(), kind, meaning, known, moves: true });
        }
    }
}

/// Declares the arrays of a group's links; `names` are those of its initial values.
pub fn declare(group: &Group, population: usize, names: &Names, fields: &mut Fields) -> Vec<LinkProgram> {
    let program = |link: &Link| {
        let array = array(group, link);
        fields.add(Field {
            ident: array.clone(),
            element: Element::I32,
            extent: Extent::Elements(population),
            zeroed: false,
            structural: None,
        });
        let listed = matches!(link.index, Some(Places::List(..)));
        let index = match &link.index {
            Some(Places::Formula(index)) => Some(names.resolve(index)),
            _ => None,
        };
        LinkProgram { array, source: String::new(), index, listed, of_synapses: false }
    };
    group.links.iter().map(program).collect()
}
