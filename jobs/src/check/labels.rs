//! Which text parameters the model uses; the others are labels, and make no models of their own.

use std::collections::BTreeSet;

use kernels::language::ast::{Span, TextId};

use super::substitute;
use crate::texts::Texts;
use crate::written::{
    Action, Block, Connect, Event, Form, Link, Neurons, Phase, Poisson, Record, Scalar, Smooth, Synapses,
    Text, Written,
};

/// Names in braces in the strings of the model, where the check puts texts in.
pub fn used(written: &Written, texts: &Texts) -> BTreeSet<String> {
    let mut strings = Strings(Vec::new());
    written.neurons.iter().for_each(|n| strings.neurons(n));
    written.poisson.iter().for_each(|p| strings.poisson(p));
    written.synapses.iter().for_each(|s| strings.synapses(s));
    written.phases.iter().for_each(|p| strings.phase(p));
    written.actions.iter().for_each(|a| strings.action(a));
    written.record.iter().for_each(|r| strings.record(r));
    written.summary.iter().for_each(|(_, text)| strings.0.push(text.id));
    strings.0.into_iter().flat_map(|id| substitute::names(texts.get(id))).map(str::to_owned).collect()
}

/// Strings of the model. Tables are taken apart whole, so that a new key cannot be forgotten.
struct Strings(Vec<TextId>);

impl Strings {
    fn texts<const N: usize>(&mut self, texts: [&Option<Text>; N]) {
        self.0.extend(texts.into_iter().flatten().map(|text| text.id));
    }

    fn scalars<const N: usize>(&mut self, scalars: [&Option<Scalar>; N]) {
        for scalar in scalars.into_iter().flatten() {
            if let Form::Text(id) = scalar.form {
                self.0.push(id);
            }
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for Block { condition, set } in blocks {
            self.texts([condition]);
            self.0.push(set.id);
        }
    }

    fn neurons(&mut self, neurons: &Neurons) {
        let Neurons {
            name: _,
            size,
            equations,
            method,
            threshold,
            reset,
            refractory,
            initial,
            expected_rate,
            dt,
            order: _,
            events,
            linked,
        } = neurons;
        self.texts([equations, method, threshold, reset]);
        self.scalars([size, refractory, expected_rate, dt]);
        self.blocks(initial);
        for Event { name: _, condition, slot, order: _, code, code_slot, code_order: _ } in events {
            self.texts([condition, slot, code, code_slot]);
        }
        for Link { name: _, from, index, listed: _ } in linked {
            self.texts([from]);
            self.scalars([index]);
        }
    }

    /// What of a phase belongs to the model; durations and parameters are values of points.
    fn phase(&mut self, phase: &Phase) {
        let Phase { name: _, duration: _, parameters: _, off, reset, code, share: _, span: _ } = phase;
        self.0.extend(off.iter().chain(reset).map(|text| text.id));
        self.0.extend(code.iter().map(|(_, text)| text.id));
    }

    fn action(&mut self, Action { name: _, on, code, every, at, slot, order: _ }: &Action) {
        self.texts([on, code, slot]);
        self.scalars([every]);
        self.times(at);
    }

    fn times(&mut self, times: &Option<(Vec<Scalar>, Span)>) {
        for scalar in times.iter().flat_map(|(times, _)| times) {
            if let Form::Text(id) = scalar.form {
                self.0.push(id);
            }
        }
    }

    fn poisson(&mut self, Poisson { name: _, size, rate, dt, slot, order: _ }: &Poisson) {
        self.scalars([size, rate, dt]);
        self.texts([slot]);
    }

    fn synapses(&mut self, synapses: &Synapses) {
        let Synapses {
            name: _,
            source,
            target,
            equations,
            on_pre,
            on_post,
            connect,
            initial,
            delay,
            delay_post,
            order_pre: _,
            order_post: _,
        } = synapses;
        self.texts([source, target, equations, on_pre, on_post]);
        for Connect { condition, p, n, i: _, j: _, span: _ } in connect {
            self.texts([condition]);
            self.scalars([p, n]);
        }
        self.blocks(initial);
        self.scalars([delay, delay_post]);
    }

    fn record(&mut self, record: &Record) {
        let Record { name: _, kind, source, variables, indices: _, every, smooth, slot, order: _, event, at } =
            record;
        self.texts([kind, source, slot, event]);
        self.times(at);
        self.0.extend(variables.iter().flat_map(|(names, _)| names).map(|text| text.id));
        self.scalars([every]);
        if let Some(Smooth { window, width, span: _ }) = smooth {
            self.texts([window]);
            self.scalars([width]);
        }
    }
}
