//! `[synapses.NAME]` with its pathways: `on_pre` and `on_post` of the object itself, and those with names of their own.

use kernels::model::Side;

use super::fields::Fields;
use super::model::{blocks, connects, order, tolerances};
use crate::format;
use crate::tree::{Key, Table};
use crate::written::{Pathway, Synapses};

/// `[synapses.NAME]`
pub fn synapses(key: &Key, table: &Table, fields: &mut Fields) -> Synapses {
    fields.known(table, &format!("[synapses.{}]", key.name), &format::SYNAPSES);
    let mut pathways = Vec::new();
    for (side, keys) in [
        (Side::Pre, ["on_pre", "delay", "order_pre", "event_pre"]),
        (Side::Post, ["on_post", "delay_post", "order_post", "event_post"]),
    ] {
        let [code, delay, order_key, event] = keys;
        if keys.iter().any(|key| table.get(key).is_some()) {
            pathways.push(Pathway {
                name: None,
                side: Some(side),
                code: fields.text(table, code),
                delay: fields.scalar(table, delay),
                event: fields.text(table, event),
                slot: None,
                order: order(table, order_key, fields),
            });
        }
    }
    pathways.extend(named(key, table, fields));
    Synapses {
        name: key.clone(),
        source: fields.text(table, "source"),
        target: fields.text(table, "target"),
        equations: fields.text(table, "equations"),
        method: fields.text(table, "method"),
        tolerances: tolerances(table, fields),
        dt: fields.scalar(table, "dt"),
        connect: connects(table, fields),
        multisynaptic_index: fields.text(table, "multisynaptic_index"),
        initial: blocks(table, fields),
        pathways,
    }
}

/// `[synapses.NAME.pathways.NAME]`
fn named(object: &Key, table: &Table, fields: &mut Fields) -> Vec<Pathway> {
    let Some((all, _)) = fields.table(table, "pathways") else { return Vec::new() };
    let mut out = Vec::new();
    for (key, node) in &all.entries {
        let place = format!("[synapses.{}.pathways.{}]", object.name, key.name);
        let Some(pathway) = fields.as_table(node, &place) else { continue };
        fields.known(pathway, &place, &format::PATHWAY);
        let codes =
            [(Side::Pre, fields.text(pathway, "on_pre")), (Side::Post, fields.text(pathway, "on_post"))];
        let mut given = codes.into_iter().filter_map(|(side, code)| Some((side, code?)));
        let (side, code) = given.next().unzip();
        out.push(Pathway {
            name: Some(key.clone()),
            side: side.filter(|_| given.next().is_none()),
            code,
            delay: fields.scalar(pathway, "delay"),
            event: fields.text(pathway, "event"),
            slot: fields.text(pathway, "slot"),
            order: order(pathway, "order", fields),
        });
    }
    out
}
