//! `[actions.*]` on synapses: code for each synapse of an object, at times.
//!
//! Refuses parts of an object: which synapses it has is not known before a point is simulated.

use kernels::language::fault::Fault;
use kernels::model::{Action, Model, Side};
use kernels::phases::Target;

use super::ends::variables_of;
use super::model::{Checker, writable};
use crate::codes;
use crate::written::{self, Text};

impl Checker<'_> {
    /// The object of synapses that an action names; `None`: it names none; `Some(None)`: it cannot be done for it.
    pub fn object_of_action(&mut self, on: Text, model: &Model) -> Option<Option<usize>> {
        let named = self.object_named(on)??;
        let owner = &named.name;
        if named.is_part {
            let message = "actions on synapses are done for all synapses of an object";
            let help = format!("write on = \"{owner}\", and conditions in the code: w += x*int(i < 5)");
            self.faults.push(Fault::new(codes::POPULATION, on.span, message).help(help));
            return Some(None);
        }
        // What is wrong with synapses that are written, but not in the model, was said.
        Some(model.synapses.iter().position(|s| s.name == *owner))
    }

    /// An action on all synapses of an object.
    pub fn action_on_synapses(
        &mut self,
        written: &written::Action,
        code: Text,
        object: usize,
        model: &Model,
    ) -> Option<Action> {
        let synapses = &model.synapses[object];
        let mut scopes = self.scopes_of(synapses, model);
        scopes.writable.extend(writable(&synapses.equations, false));
        let before = self.faults.len();
        let code = self.synaptic_code(code, &scopes);
        self.shared_unset(&code, &synapses.equations, "");
        for side in [Side::Pre, Side::Post] {
            let end = variables_of(synapses.end(side), model);
            end.iter().for_each(|end| self.shared_unset(&code, &end.equations, side.suffix()));
        }
        self.explain_code(before, &scopes, &synapses.equations);
        let every = self.every(written);
        let clock = self.own_times(written.at.as_ref(), written.every.as_ref(), synapses.clock);
        Some(Action {
            name: written.name.name.clone(),
            span: written.name.span,
            on: Target::Synapses(object),
            code,
            every: every.filter(|_| written.at.is_none()),
            clock,
            when: self.when(written.slot, written.order, ("start", 0)),
        })
    }
}
