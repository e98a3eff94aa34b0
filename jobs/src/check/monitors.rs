//! `[record.*]` and `[summary]`: what is recorded of which part of the model.
//!
//! Refuses keys that do not fit the kind of monitor, unknown variables, and names of our own tables.

use std::collections::BTreeSet;

use kernels::language::ast::{Expr, Span, TextId};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::suggest;
use kernels::model::{Model, Monitor, MonitorKind, Population, Reduce, Reduction, Slice, Smooth};

use super::model::Checker;
use crate::tree::Key;
use crate::written::{self, Record, Text, Written};
use crate::{codes, format};

/// Names of our own files in a result directory.
const OWN_TABLES: &[&str] = &["points", "summary", "errors", "run", "job", "datapackage"];

impl Checker<'_> {
    /// `[record.NAME]`
    pub fn record(&mut self, written: &Record, model: &Model, job: &Written) -> Option<Monitor> {
        self.table_name(&written.name, job);
        let source = match written.source {
            Some(text) => self.recorded(text.id, model, job),
            None => self.missing(&written.name, "record", "source", "source = \"P\""),
        };
        let kind = match written.kind {
            Some(text) => text,
            None => return self.missing(&written.name, "record", "kind", "kind = \"spikes\""),
        };
        let source = self.heard(source?, written, model)?;
        let kind = match self.read(kind.id) {
            "spikes" => {
                self.unfit(written, "spikes");
                self.spikes(&source, model, kind.span, "there would be nothing to record");
                MonitorKind::Spikes
            }
            "state" => self.state(written, &source, model)?,
            "events" => {
                self.unfit(written, "events");
                if written.event.is_none() {
                    return self.missing(&written.name, "record", "event", "event = \"up\"");
                }
                MonitorKind::Spikes
            }
            "rate" => {
                self.unfit(written, "rate");
                if written.event.is_none() {
                    self.spikes(&source, model, kind.span, "its rate would always be 0");
                }
                MonitorKind::Rate { smooth: written.smooth.as_ref().and_then(|s| self.smooth(s)) }
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
        let when = self.when(written.slot, written.order.map(|o| o.0), ("start", 0));
        Some(Monitor { name: written.name.name.clone(), span: written.name.span, source, kind, clock, when })
    }

    /// The event that is recorded instead of spikes, where one is named.
    fn heard(&mut self, source: Slice, written: &Record, model: &Model) -> Option<Slice> {
        let Some(text) = written.event else { return Some(source) };
        let name = self.read(text.id).trim().to_owned();
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
            return self.refuse(Fault::new(
                codes::UNSUPPORTED,
                span,
                "recording synapses is not supported yet",
            ));
        }
        self.slice(text, model, "the source")
    }

    /// Refuses keys that do not belong to the kind.
    fn unfit(&mut self, written: &Record, kind: &str) {
        let fits = format::MONITORS.iter().find(|m| m.kind == kind).map_or(&[][..], |m| m.keys);
        let given = [
            ("variables", written.variables.as_ref().map(|v| v.1)),
            ("indices", written.indices.as_ref().map(|i| i.span)),
            ("every", written.every.as_ref().map(|e| e.span)),
            ("smooth", written.smooth.as_ref().map(|s| s.span)),
            ("slot", written.slot.map(|s| s.span)),
            ("order", written.order.map(|o| o.1)),
            ("event", written.event.map(|e| e.span)),
            ("at", written.at.as_ref().map(|a| a.1)),
        ];
        for (key, span) in given {
            let Some(span) = span.filter(|_| !fits.contains(&key)) else { continue };
            let fault = if kind == "spikes" && key == "variables" {
                Fault::new(codes::UNSUPPORTED, span, "recording variables at spikes is not supported yet")
            } else {
                let message = format!("'{key}' does not belong to a monitor of kind '{kind}'");
                Fault::new(codes::MONITOR, span, message)
            };
            self.faults.push(fault);
        }
    }

    fn state(&mut self, written: &Record, source: &Slice, model: &Model) -> Option<MonitorKind> {
        self.unfit(written, "state");
        let Some((names, span)) = &written.variables else {
            return self.missing(&written.name, "record", "variables", "variables = [\"v\"]");
        };
        if names.is_empty() {
            return self.refuse(Fault::new(codes::MONITOR, *span, "no variables are listed"));
        }
        let mut variables: Vec<(String, Span)> = Vec::new();
        for text in names {
            let name = self.read(text.id).trim().to_owned();
            self.variable(&name, text.span, source, model)?;
            if variables.iter().any(|(n, _)| *n == name) {
                self.faults.push(Fault::new(codes::MONITOR, text.span, format!("'{name}' is listed twice")));
            }
            variables.push((name, text.span));
        }
        let every = written.every.as_ref().and_then(|every| self.fixed(every, Dimension::TIME, "'every'"));
        let indices = match &written.indices {
            Some(list) => Some(self.distinct(list)?),
            None => None,
        };
        Some(MonitorKind::State { variables, indices, every })
    }

    fn distinct(&mut self, list: &written::Integers) -> Option<Vec<u32>> {
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
    fn variable(&mut self, name: &str, span: Span, source: &Slice, model: &Model) -> Option<()> {
        let Population::Group(k) = source.of else {
            let fault = Fault::new(codes::MONITOR, span, "a Poisson group has no variables");
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

    /// A line of `[summary]`: `min(P.v)`.
    pub fn summary(&mut self, key: &Key, text: Text, model: &Model) -> Option<Reduction> {
        self.well_formed(key);
        self.summary_name(key, model);
        let id = self.substituted(text.id)?;
        let whole = self.read(id).to_owned();
        let Some(parts) = reduction(&whole) else {
            let fault = Fault::new(codes::SUMMARY, text.span, "this is not a summary");
            return self.refuse(fault.help("write min(P.v), max(P.v) or mean(P[:10].v)"));
        };
        let span = |range: std::ops::Range<usize>| Span {
            text: id,
            start: range.start as u32,
            end: range.end as u32,
        };
        let operation = match &whole[parts.operation.clone()] {
            "min" => Reduce::Minimum,
            "max" => Reduce::Maximum,
            "mean" => Reduce::Mean,
            other => {
                let message = format!("there is no summary '{other}'");
                let fault = Fault::new(codes::SUMMARY, span(parts.operation), message);
                return self
                    .refuse(fault.help(format!("summaries: {}", format::REDUCTIONS.names.join(", "))));
            }
        };
        let name = whole[parts.slice.clone()].split('[').next().unwrap_or("").trim();
        if model.synapses.iter().any(|s| s.name == name) {
            let message = "summaries of synapses are not supported yet";
            let help = "a summary takes a variable of neurons, as in mean(P.v)";
            return self.refuse(Fault::new(codes::UNSUPPORTED, span(parts.slice), message).help(help));
        }
        let inner = self.part(span(parts.slice));
        let source = self.slice(inner, model, "the summary")?;
        let variable = whole[parts.variable.clone()].to_owned();
        let at = span(parts.variable);
        self.variable(&variable, at, &source, model)?;
        Some(Reduction { name: key.name.clone(), operation, source, variable: (variable, at) })
    }

    /// Refuses names of columns that `summary.csv` has anyway.
    fn summary_name(&mut self, key: &Key, model: &Model) {
        let groups = model.groups.iter().map(|g| &g.name).chain(model.poisson.iter().map(|g| &g.name));
        let own = groups.flat_map(|g| ["spikes", "rate_Hz", "cv_isi"].map(|what| format!("{g}_{what}")));
        let mut own = own.chain(["point", "repeat", "config", "status"].map(String::from));
        if own.any(|name| name.eq_ignore_ascii_case(&key.name)) {
            let message = format!("'{}' is a column that summary.csv has anyway", key.name);
            self.faults.push(Fault::new(codes::NAME, key.span, message).help("choose another name"));
        }
    }
}

/// The kind of a monitor that has this name in Brian.
fn brian(name: &str) -> Option<String> {
    let kind = match name {
        "SpikeMonitor" => "spikes",
        "EventMonitor" => "events",
        "StateMonitor" => "state",
        "PopulationRateMonitor" => "rate",
        _ => return None,
    };
    Some(kind.to_owned())
}

/// Where the parts of `min(P[:10].v)` stand.
struct Parts {
    operation: std::ops::Range<usize>,
    slice: std::ops::Range<usize>,
    variable: std::ops::Range<usize>,
}

fn reduction(text: &str) -> Option<Parts> {
    let open = text.find('(')?;
    let close = text.rfind(')').filter(|close| *close > open && text[close + 1..].trim().is_empty())?;
    let dot = text[..close].rfind('.').filter(|dot| *dot > open)?;
    let parts = Parts {
        operation: trimmed(text, 0, open),
        slice: trimmed(text, open + 1, dot),
        variable: trimmed(text, dot + 1, close),
    };
    Some(parts).filter(|p| !p.slice.is_empty() && !p.variable.is_empty())
}

fn trimmed(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let part = &text[start..end];
    let lead = part.len() - part.trim_start().len();
    start + lead..start + lead + part.trim().len()
}
