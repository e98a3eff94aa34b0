//! `[record.*]`: what is recorded of which part of the model.
//!
//! Refuses keys that do not fit the kind of monitor, unknown variables, and names of our own tables.

use std::collections::BTreeSet;

use kernels::language::ast::{Expr, Span, TextId};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::suggest;
use kernels::model::{Model, Monitor, MonitorKind, Population, Recorded, Slice, Smooth};

use super::model::Checker;
use super::recorded::all_values;
use crate::tree::Key;
use crate::written::{self, Record, Text, Written};
use crate::{codes, format};

/// Names of our own files in a result directory.
const OWN_TABLES: &[&str] = &["points", "summary", "errors", "run", "job", "datapackage"];

impl Checker<'_> {
    /// `[record.NAME]`
    pub fn record(&mut self, written: &Record, model: &Model, job: &Written) -> Option<Monitor> {
        self.table_name(&written.name, job);
        let kind = match written.kind {
            Some(text) => text,
            None => {
                if written.source.is_none() {
                    self.missing::<()>(&written.name, "record", "source", "source = \"P\"");
                }
                return self.missing(&written.name, "record", "kind", "kind = \"spikes\"");
            }
        };
        let name = self.read(kind.id).to_owned();
        if format::KINDS.names.contains(&name.as_str()) {
            self.unfit(written, &name);
        }
        if name == "snapshot" {
            return self.snapshot(written, model);
        }
        if name == "synapses" {
            return self.synapse_monitor(written, model, job);
        }
        let source = match written.source {
            Some(text) => self.recorded(text.id, model, job),
            None => self.missing(&written.name, "record", "source", "source = \"P\""),
        };
        let source = self.heard(source?, written.event, model)?;
        let (from, to) = (self.time(written.from.as_ref(), "'from'"), self.time(written.to.as_ref(), "'to'"));
        let kind = match name.as_str() {
            "events" if written.event.is_none() => {
                return self.missing(&written.name, "record", "event", "event = \"up\"");
            }
            "events" => MonitorKind::Spikes { variables: self.at_spikes(written, &source, model)? },
            "spikes" => {
                self.spikes(&source, model, kind.span, "there would be nothing to record");
                MonitorKind::Spikes { variables: self.at_spikes(written, &source, model)? }
            }
            "state" => self.state(written, &source, model)?,
            "rate" => {
                if written.event.is_none() {
                    self.spikes(&source, model, kind.span, "its rate would always be 0");
                }
                self.rate(written)?
            }
            other if format::KINDS.names.contains(&other) => {
                self.spikes(&source, model, kind.span, "there would be nothing to record");
                self.of_spikes(other, written, &source, model)?
            }
            other => {
                let message = format!("there is no kind of monitor '{other}'");
                let fault = Fault::new(codes::CHOICE, kind.span, message);
                return self.refuse(
                    match brian(other).or_else(|| suggest::nearest(other, format::KINDS.names)) {
                        Some(near) => fault.help(format!("did you mean '{near}'?")),
                        None => fault.help(format!("kinds: {}", format::KINDS.names.join(", "))),
                    },
                );
            }
        };
        let every = written.every.as_ref();
        let clock = self.own_times(written.at.as_ref(), every, model.clock(source.of));
        let usual = match kind {
            MonitorKind::Spikes { .. } => ("thresholds", 1),
            _ => ("start", 0),
        };
        let when = self.when(written.slot, written.order.map(|o| o.0), usual);
        let (name, span) = (written.name.name.clone(), written.name.span);
        Some(Monitor { name, span, source, kind, clock, when, from, to })
    }

    /// The values that are recorded at each spike.
    fn at_spikes(&mut self, written: &Record, source: &Slice, model: &Model) -> Option<Vec<Recorded>> {
        match &written.variables {
            Some((texts, _)) => self.values(texts, source, model),
            None => Some(Vec::new()),
        }
    }

    /// All variables of all groups and synapses, at times.
    fn snapshot(&mut self, written: &Record, model: &Model) -> Option<Monitor> {
        if written.at.is_none() {
            return self.missing(&written.name, "record", "at", "at = \"100 ms\"");
        }
        let groups: Vec<(usize, Vec<Recorded>)> = (0..model.groups.len())
            .map(|g| (g, all_values(&model.groups[g].equations)))
            .filter(|(_, variables)| !variables.is_empty())
            .collect();
        let synapses = model.synapses.iter().map(|s| all_values(&s.equations)).enumerate();
        let synapses: Vec<_> = synapses.filter(|(_, variables)| !variables.is_empty()).collect();
        let (name, span) = (written.name.name.clone(), written.name.span);
        if groups.is_empty() && synapses.is_empty() {
            let fault = Fault::new(codes::MONITOR, span, "there are no variables to record");
            return self.refuse(fault.help("give a group variables, or remove the monitor"));
        }
        // There is a group where there are variables.
        let first = groups.first().map_or(0, |(g, _)| *g);
        let source = Slice { of: Population::Group(first), start: None, stop: None, span };
        let clock = self.own_times(written.at.as_ref(), None, 0);
        let when = self.when(written.slot, written.order.map(|o| o.0), ("start", 0));
        let kind = MonitorKind::Snapshot { groups, synapses };
        Some(Monitor { name, span, source, kind, clock, when, from: None, to: None })
    }

    /// The event that is heard of instead of spikes, where one is named.
    pub fn heard(&mut self, source: Slice, event: Option<Text>, model: &Model) -> Option<Slice> {
        let Some(text) = event else { return Some(source) };
        let name = self.read(text.id).trim().to_owned();
        if name == "spike" {
            return Some(source);
        }
        let events = match source.of {
            Population::Group(g) => &model.groups[g].events[..],
            _ => &[],
        };
        if let (Some(k), Population::Group(g)) = (events.iter().position(|e| e.name == name), source.of) {
            return Some(Slice { of: Population::Event(g, k), ..source });
        }
        if matches!(source.of, Population::Group(g) if self.broken.contains(&model.groups[g].name)) {
            return None;
        }
        let known: Vec<&str> = events.iter().map(|e| e.name.as_str()).collect();
        let message = format!("'{}' has no event '{name}'", model.name(source.of));
        let fault = Fault::new(codes::UNKNOWN_NAME, text.span, message);
        self.refuse(match suggest::nearest(&name, &known) {
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None if known.is_empty() => fault.help("events are defined by [neurons.NAME.events.EVENT]"),
            None => fault.help(format!("its events: {}", known.join(", "))),
        })
    }

    fn table_name(&mut self, key: &Key, job: &Written) {
        self.well_formed(key);
        let lower = key.name.to_ascii_lowercase();
        if OWN_TABLES.contains(&lower.as_str()) {
            let message = format!("'{}' is the name of one of our own tables", key.name);
            let help = format!("choose another name; these are taken: {}", OWN_TABLES.join(", "));
            self.faults.push(Fault::new(codes::NAME, key.span, message).help(help));
        }
        let before = job.record.iter().map(|r| &r.name).take_while(|k| k.span != key.span);
        if let Some(other) = before.into_iter().find(|k| k.name.eq_ignore_ascii_case(&key.name)) {
            let message = format!("'{}' and '{}' differ only in case", other.name, key.name);
            let fault = Fault::new(codes::NAME, key.span, message).also(other.span, "the other one");
            self.faults.push(fault.help("some file systems cannot tell such names apart; rename one"));
        }
    }

    fn recorded(&mut self, text: TextId, model: &Model, job: &Written) -> Option<Slice> {
        let name = self.read(text).split('[').next().unwrap_or("").trim().to_owned();
        if job.synapses.iter().any(|s| s.name.name == name) {
            let span = Span { text, start: 0, end: self.read(text).len() as u32 };
            let message = format!("'{name}' are synapses, which a monitor of another kind records");
            let help = "write kind = \"synapses\"";
            return self.refuse(Fault::new(codes::MONITOR, span, message).help(help));
        }
        self.slice(text, model, "the source")
    }

    /// Refuses keys that do not belong to the kind.
    fn unfit(&mut self, written: &Record, kind: &str) {
        let fits = format::MONITORS.iter().find(|m| m.kind == kind).map_or(&[][..], |m| m.keys);
        let given = [
            ("variables", written.variables.as_ref().map(|v| v.1)),
            ("indices", written.indices.as_ref().map(|i| i.span)),
            ("where", written.condition.map(|c| c.span)),
            ("every", written.every.as_ref().map(|e| e.span)),
            ("smooth", written.smooth.as_ref().map(|s| s.span)),
            ("slot", written.slot.map(|s| s.span)),
            ("order", written.order.map(|o| o.1)),
            ("event", written.event.map(|e| e.span)),
            ("at", written.at.as_ref().map(|a| a.1)),
            ("target", written.target.as_ref().map(|s| s.span)),
            ("bin", written.bin.as_ref().map(|s| s.span)),
            ("max", written.max.as_ref().map(|s| s.span)),
            ("from", written.from.as_ref().map(|s| s.span)),
            ("to", written.to.as_ref().map(|s| s.span)),
            ("last", written.last.as_ref().map(|s| s.span)),
            ("source", written.source.map(|s| s.span)),
        ];
        for (key, span) in given {
            let Some(span) = span.filter(|_| !fits.contains(&key)) else { continue };
            if key == "source" && kind != "snapshot" {
                continue;
            }
            let message = format!("'{key}' does not belong to a monitor of kind '{kind}'");
            let owners = format::MONITORS.iter().filter(|m| m.keys.contains(&key));
            let owners: Vec<String> = owners.map(|m| format!("\"{}\"", m.kind)).collect();
            let help = match owners.is_empty() {
                true => "remove it".to_owned(),
                false => format!("remove it, or choose a kind it belongs to: {}", owners.join(", ")),
            };
            self.faults.push(Fault::new(codes::MONITOR, span, message).help(help));
        }
    }

    fn state(&mut self, written: &Record, source: &Slice, model: &Model) -> Option<MonitorKind> {
        let names = self.listed_variables(written)?;
        let variables = self.values(names, source, model)?;
        let last = self.last(written);
        let every = written.every.as_ref().and_then(|every| self.fixed(every, Dimension::TIME, "'every'"));
        let indices = match &written.indices {
            Some(list) => Some(self.distinct(list)?),
            None => None,
        };
        Some(MonitorKind::State { variables, indices, every, last })
    }

    /// The texts of `variables`, which must be there.
    pub fn listed_variables<'w>(&mut self, written: &'w Record) -> Option<&'w [Text]> {
        let Some((names, span)) = &written.variables else {
            let example = match written.kind.map(|kind| self.read(kind.id)) {
                Some("synapses") => "variables = [\"w\"]",
                _ => "variables = [\"v\"]",
            };
            return self.missing(&written.name, "record", "variables", example);
        };
        if names.is_empty() {
            return self.refuse(Fault::new(codes::MONITOR, *span, "no variables are listed"));
        }
        Some(names)
    }

    /// The time before the end of which alone something is recorded.
    pub fn last(&mut self, written: &Record) -> Option<Expr> {
        if let (Some(last), Some(other)) = (&written.last, written.from.as_ref().or(written.to.as_ref())) {
            let fault = Fault::new(codes::MONITOR, last.span, "'last' and a window exclude each other");
            self.faults.push(fault.also(other.span, "the window").help("remove one of them"));
        }
        self.time(written.last.as_ref(), "'last'")
    }

    pub(super) fn distinct(&mut self, list: &written::Integers) -> Option<Vec<u32>> {
        if list.values.is_empty() {
            return self.refuse(Fault::new(codes::MONITOR, list.span, "no indices are listed"));
        }
        let mut seen = BTreeSet::new();
        for (value, span) in &list.values {
            if !seen.insert(*value) {
                return self.refuse(Fault::new(
                    codes::MONITOR,
                    *span,
                    format!("index {value} is listed twice"),
                ));
            }
        }
        let mut indices = self.indices(list)?;
        indices.sort_unstable();
        Some(indices)
    }

    /// Refuses names that are no variable of the slice's group.
    pub fn variable(&mut self, name: &str, span: Span, source: &Slice, model: &Model) -> Option<()> {
        let (Population::Group(k) | Population::Event(k, _)) = source.of else {
            let fault = Fault::new(codes::MONITOR, span, "this group has no variables, it only spikes");
            return self.refuse(fault.help("record its spikes: kind = \"spikes\""));
        };
        let group = &model.groups[k];
        let own = group.equations.iter().map(|e| e.name.as_str());
        let more = ["lastspike", "not_refractory"].into_iter().filter(|_| group.refractory.is_some());
        let known: Vec<&str> = own.chain(more).collect();
        if known.contains(&name) || self.broken.contains(&group.name) {
            return Some(());
        }
        let fault =
            Fault::new(codes::UNKNOWN_NAME, span, format!("'{name}' is not a variable of '{}'", group.name));
        self.refuse(match suggest::nearest(name, &known) {
            _ if name.contains(',') => {
                let each: Vec<String> = name.split(',').map(|n| format!("\"{}\"", n.trim())).collect();
                fault.help(format!("write each in its own quotes: [{}]", each.join(", ")))
            }
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None => fault.help(format!("its variables are: {}", known.join(", "))),
        })
    }

    fn rate(&mut self, written: &Record) -> Option<MonitorKind> {
        let smooth = written.smooth.as_ref().and_then(|s| self.smooth(s));
        let bin = self.time(written.bin.as_ref(), "'bin'");
        if let (Some(smooth), Some(bin)) = (&written.smooth, &written.bin) {
            let fault = Fault::new(codes::MONITOR, smooth.span, "'smooth' and 'bin' exclude each other");
            let help = "remove one of them: rates are averaged over a sliding window, or in bins";
            self.faults.push(fault.also(bin.span, "the bin").help(help));
        }
        Some(MonitorKind::Rate { smooth, bin })
    }

    fn smooth(&mut self, written: &written::Smooth) -> Option<Smooth> {
        let window = written.window.map(|text| (self.read(text.id).to_owned(), text.span));
        let gaussian = match window {
            Some((name, _)) if name == "gaussian" => true,
            Some((name, _)) if name == "flat" => false,
            Some((name, span)) => {
                let fault = Fault::new(codes::CHOICE, span, format!("there is no window '{name}'"));
                return self.refuse(fault.help(format!("windows: {}", format::WINDOWS.names.join(", "))));
            }
            None => return self.smooth_without(written.span, "window"),
        };
        let width: Expr = match &written.width {
            Some(width) => self.fixed(width, Dimension::TIME, "the width")?,
            None => return self.smooth_without(written.span, "width"),
        };
        Some(Smooth { gaussian, width })
    }

    fn smooth_without<T>(&mut self, span: Span, key: &str) -> Option<T> {
        let fault = Fault::new(codes::MISSING_KEY, span, format!("'smooth' has no '{key}'"));
        self.refuse(fault.help("for example: smooth = { window = \"gaussian\", width = \"1 ms\" }"))
    }
}

/// The kind of a monitor that has this name in Brian.
fn brian(name: &str) -> Option<String> {
    let kind = match name {
        "SpikeMonitor" => "spikes",
        "EventMonitor" => "events",
        "StateMonitor" => "state",
        "PopulationRateMonitor" | "psth" | "PSTH" | "binned_rate" => "rate",
        "Synapses" | "weights" | "synaptic" => "synapses",
        "SpikeCounter" | "count" => "counts",
        "isi" => "isi_histogram",
        "cross_correlogram" | "crosscorrelogram" => "correlogram",
        _ => return None,
    };
    Some(kind.to_owned())
}
