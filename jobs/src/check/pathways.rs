//! Pathways of synapses: which side's spikes each waits for, and what they do.
//!
//! Refuses pathways without code or with code for both sides, what could never run, and what there is nothing to delay for.

use kernels::language::ast::{Expr, Statement};
use kernels::language::check;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::walk;
use kernels::model::{Model, Pathway, Side, Slice};

use super::model::Checker;
use super::synapses::Scopes;
use crate::codes;
use crate::written::{self, Text};

/// Who sends to a pathway; `None` where no code waits.
type Sender = Option<(Side, Slice)>;

impl Checker<'_> {
    /// Refuses synapses that do nothing; `acts`: they do something at each step.
    pub fn doing_something(&mut self, written: &written::Synapses, acts: bool) {
        if !acts && written.pathways.iter().all(|pathway| pathway.code.is_none() && pathway.name.is_none()) {
            let name = &written.name.name;
            let message = format!("[synapses.{name}] has neither 'on_pre' nor 'on_post', and so no effect");
            let help = "say what a spike does, for example on_pre = \"v_post += 1*mV\"";
            self.faults.push(Fault::new(codes::NO_EFFECT, written.name.span, message).help(help));
        } else {
            written.pathways.iter().for_each(|pathway| self.waiting_code(&written.name.name, pathway));
        }
    }

    /// Refuses delays and events without code that could wait, and names that would be mistaken.
    fn waiting_code(&mut self, object: &str, pathway: &written::Pathway) {
        let Some(name) = &pathway.name else {
            let Some(side) = pathway.side.filter(|_| pathway.code.is_none()) else { return };
            let (code, delay, event) = match side {
                Side::Pre => ("on_pre", "delay", "event_pre"),
                Side::Post => ("on_post", "delay_post", "event_post"),
            };
            if let Some(written) = &pathway.delay {
                let message =
                    format!("[synapses.{object}] has '{delay}' but no '{code}' that it could delay");
                self.faults.push(Fault::new(codes::NO_EFFECT, written.span, message));
            }
            if let Some(written) = pathway.event {
                let message =
                    format!("[synapses.{object}] has '{event}' but no '{code}' that would wait for it");
                let fault = Fault::new(codes::NO_EFFECT, written.span, message);
                self.faults.push(fault.help(format!("remove '{event}', or write '{code}'")));
            }
            return;
        };
        if ["pre", "post"].contains(&name.name.as_str()) {
            let message =
                format!("a pathway cannot be called '{0}': that is what on_{0} is called", name.name);
            let help = format!("give it another name, or write on_{} of [synapses.{object}]", name.name);
            self.faults.push(Fault::new(codes::NAME, name.span, message).help(help));
        } else {
            self.well_formed(name);
        }
        if pathway.side.is_none() {
            let (what, help) = match pathway.code {
                Some(_) => ("both 'on_pre' and 'on_post'", "make it two pathways"),
                None => (
                    "neither 'on_pre' nor 'on_post'",
                    "say what a spike does, for example on_pre = \"v_post += 1*mV\"",
                ),
            };
            let message = format!("the pathway '{}' has {what}", name.name);
            self.faults.push(Fault::new(codes::NO_EFFECT, name.span, message).help(help));
        }
    }

    /// Who sends to each pathway.
    pub fn senders(
        &mut self,
        written: &written::Synapses,
        [source, target]: [&Slice; 2],
        model: &Model,
    ) -> Vec<Sender> {
        let mut all = Vec::new();
        for pathway in &written.pathways {
            let Some(side) = pathway.side else {
                all.push(None);
                continue;
            };
            let slice = match side {
                Side::Pre => source,
                Side::Post => target,
            };
            let heard = self.heard(slice.clone(), pathway.event, model);
            if let (Some(heard), Some(code)) = (&heard, pathway.code) {
                self.spikes(heard, model, code.span, &format!("`{}` would never run", called(pathway)));
            }
            // After a fault, the rest of the pathway is checked as if it waited for spikes.
            let heard = heard.unwrap_or_else(|| slice.clone());
            all.push(pathway.code.map(|_| (side, heard)));
        }
        all
    }

    /// The pathways that have code; `given`: delays that are given with pairs.
    pub fn pathways(
        &mut self,
        written: &written::Synapses,
        senders: &[Sender],
        given: &[Option<Expr>],
        scopes: &Scopes,
    ) -> Vec<Pathway> {
        let mut out = Vec::new();
        for ((pathway, sender), given) in written.pathways.iter().zip(senders).zip(given) {
            let (Some(text), Some((side, sender))) = (pathway.code, sender) else { continue };
            let code = self.synaptic_code(text, scopes);
            let value = |d| self.value(d, &scopes.before, Dimension::TIME, "the delay");
            let delay = given.clone().or_else(|| pathway.delay.as_ref().and_then(value));
            out.push(Pathway {
                name: pathway.name.as_ref().map_or_else(|| usual_name(*side), |key| key.name.clone()),
                span: pathway.name.as_ref().map_or(text.span, |key| key.span),
                side: *side,
                sender: sender.of,
                code,
                delay,
                when: self.when(pathway.slot, pathway.order, ("synapses", side.usual_order())),
            });
        }
        out
    }

    /// Code at synapses: a bare name is the synapse's own, else the target's.
    pub fn synaptic_code(&mut self, text: Text, scopes: &Scopes) -> Vec<Statement> {
        let Some(mut statements) = self.statements(text) else { return Vec::new() };
        for statement in &mut statements {
            walk::rename(&mut statement.value, &|name| scopes.post(name));
            if let Some(name) = scopes.post(&statement.target) {
                statement.target = name;
            }
        }
        let result = check::statements(&statements, &scopes.code, &|name| scopes.writable.get(name).copied());
        self.keep(result);
        statements
    }
}

fn usual_name(side: Side) -> String {
    match side {
        Side::Pre => "pre".into(),
        Side::Post => "post".into(),
    }
}

/// What messages call a pathway.
fn called(pathway: &written::Pathway) -> String {
    match (&pathway.name, pathway.side) {
        (Some(key), _) => key.name.clone(),
        (None, Some(Side::Post)) => "on_post".into(),
        (None, _) => "on_pre".into(),
    }
}
