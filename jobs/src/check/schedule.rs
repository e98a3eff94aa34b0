//! Slots, orders and clocks: when in a step, and at which steps, something is done.
//!
//! Refuses slots that the schedule does not have, and a schedule without the slots that objects stand in.

use kernels::language::ast::Expr;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::suggest;
use kernels::model::Clock;
use kernels::program::algebra;
use kernels::slots::{STANDARD, Slots, When};

use super::model::Checker;
use crate::codes;
use crate::written::{Scalar, Text};

impl Checker<'_> {
    /// `[run] slots`, or Brian's.
    pub fn slots(&mut self, written: Option<&(Vec<Text>, kernels::language::ast::Span)>) -> Slots {
        let Some((texts, span)) = written else { return Slots::default() };
        let names: Vec<String> = texts.iter().map(|text| self.read(text.id).trim().to_owned()).collect();
        let before = self.faults.len();
        for (k, (name, text)) in names.iter().zip(texts).enumerate() {
            if !kernels::language::names::is_name(name)
                || ["before_", "after_"].iter().any(|p| name.starts_with(p))
            {
                let message = format!("{name:?} cannot be the name of a slot");
                let help =
                    "slots have names like any object; before_NAME and after_NAME are there by themselves";
                self.faults.push(Fault::new(codes::SCHEDULE, text.span, message).help(help));
            } else if names[..k].contains(name) {
                let message = format!("the slot '{name}' is listed twice");
                self.faults.push(Fault::new(codes::SCHEDULE, text.span, message).help("list each slot once"));
            }
        }
        let missing: Vec<&str> = STANDARD.into_iter().filter(|s| !names.iter().any(|n| n == s)).collect();
        if !missing.is_empty() {
            let message = format!("the slots lack {}", missing.join(", "));
            let help =
                format!("list all of {}, in the order you want, and any of your own", STANDARD.join(", "));
            self.faults.push(Fault::new(codes::SCHEDULE, *span, message).help(help));
        }
        if self.faults.len() > before { Slots::default() } else { Slots::new(names) }
    }

    /// `slot` and `order` of an object that stands in `usual` otherwise; `None` where neither is given.
    pub fn when(&mut self, slot: Option<Text>, order: Option<i64>, usual: (&str, i64)) -> Option<When> {
        let place = match slot {
            None => {
                order?;
                self.slots.standard(usual.0, 0).place
            }
            Some(text) => {
                let name = self.read(text.id).trim().to_owned();
                match self.slots.place(&name) {
                    Some(place) => place,
                    None => return self.no_slot(&name, text),
                }
            }
        };
        Some(When { place, order: order.unwrap_or(usual.1) })
    }

    fn no_slot<T>(&mut self, name: &str, text: Text) -> Option<T> {
        let known: Vec<String> = self.slots.names().to_vec();
        let fault = Fault::new(codes::SCHEDULE, text.span, format!("there is no slot '{name}'"));
        self.refuse(match suggest::nearest(name, &known) {
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None => fault.help(format!("slots: {}, each with before_ and after_", known.join(", "))),
        })
    }

    /// The clock of an object with this `dt`; without one, that of the run.
    pub fn clock(&mut self, dt: Option<&Scalar>) -> usize {
        let Some(dt) = dt else { return 0 };
        match self.fixed(dt, Dimension::TIME, "the time step") {
            Some(dt) => self.clock_of(dt),
            None => 0,
        }
    }

    /// The clock that ticks at all multiples of a time.
    pub fn clock_of(&mut self, dt: Expr) -> usize {
        add(&mut self.clocks, dt)
    }
}

/// The number of the clock with this dt; it is added if there is none yet.
pub fn add(clocks: &mut Vec<Clock>, dt: Expr) -> usize {
    let key = algebra::key(&dt);
    let same = |c: &Clock| matches!(c, Clock::Every(other) if algebra::key(other) == key);
    let found = clocks.iter().position(same).unwrap_or_else(|| {
        clocks.push(Clock::Every(dt));
        clocks.len() - 1
    });
    found + 1
}
