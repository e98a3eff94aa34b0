//! Which text parameters the model uses; the others are labels, and make no models of their own.

use std::collections::BTreeSet;

use kernels::language::ast::{Span, TextId};

use super::substitute;
use crate::texts::Texts;
use crate::written::{
    Absolute, Action, Block, Chosen, Columns, Connect, DataFile, Event, Form, Given, Indices, Link, Neurons,
    Pathway, Phase, Poisson, PoissonInput, Record, SampleFile, Samples, Scalar, Smooth, SpikeGenerator,
    SpikeTimes, Synapses, Text, TimedArray, Tolerances, Written,
};

/// Names in braces in the strings of the model, where the check puts texts in.
pub fn used(written: &Written, texts: &Texts) -> BTreeSet<String> {
    let mut strings = Strings(Vec::new());
    written.schemes.iter().for_each(|(_, text)| strings.0.push(text.id));
    written.neurons.iter().for_each(|n| strings.neurons(n));
    written.poisson.iter().for_each(|p| strings.poisson(p));
    written.poisson_inputs.iter().for_each(|p| strings.poisson_input(p));
    written.synapses.iter().for_each(|s| strings.synapses(s));
    written.phases.iter().for_each(|p| strings.phase(p));
    written.spike_generators.iter().for_each(|g| strings.spike_generator(g));
    written.actions.iter().for_each(|a| strings.action(a));
    written.timed_arrays.iter().for_each(|a| strings.timed_array(a));
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
        scalars.into_iter().flatten().for_each(|scalar| self.scalar(scalar));
    }

    fn scalar(&mut self, scalar: &Scalar) {
        if let Form::Text(id) = scalar.form {
            self.0.push(id);
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
            tolerances,
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
        self.tolerances(tolerances);
        self.blocks(initial);
        for Event { name: _, condition, slot, order: _, code, code_slot, code_order: _, expected_rate } in
            events
        {
            self.texts([condition, slot, code, code_slot]);
            self.scalars([expected_rate]);
        }
        for Link { name: _, from, index, listed: _ } in linked {
            self.texts([from]);
            self.scalars([index]);
        }
    }

    fn tolerances(&mut self, Tolerances { absolute, relative, max_steps }: &Tolerances) {
        self.scalars([relative, max_steps]);
        match absolute {
            Some(Absolute::All(scalar)) => self.scalar(scalar),
            Some(Absolute::Each(each)) => each.iter().for_each(|(_, scalar)| self.scalar(scalar)),
            None => {}
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

    fn spike_generator(&mut self, generator: &SpikeGenerator) {
        let SpikeGenerator {
            name: _,
            size,
            indices,
            times,
            csv,
            rows,
            period,
            dt,
            slot,
            order: _,
            unread: _,
        } = generator;
        self.scalars([size, period, dt]);
        self.texts([csv, slot]);
        if let Some(SpikeTimes::List(times, span)) = times {
            self.times(&Some((times.clone(), *span)));
        }
        let files = match (indices, times) {
            (Some(Indices::File(a)), Some(SpikeTimes::File(b))) => vec![a, b],
            (Some(Indices::File(file)), _) | (_, Some(SpikeTimes::File(file))) => vec![file],
            _ => Vec::new(),
        };
        files.into_iter().for_each(|file| self.file(file));
        let numbers = rows.iter().flat_map(|(rows, _)| rows).map(|(_, number)| number.clone());
        self.times(&Some((numbers.collect(), generator.name.span)));
    }

    fn file(&mut self, DataFile { file, column, unit, span: _ }: &DataFile) {
        self.texts([&Some(*file), column, unit]);
    }

    /// Elements of lists are plain values, without texts.
    fn timed_array(&mut self, array: &TimedArray) {
        let TimedArray { name: _, values, has_values: _, dt, interpolation } = array;
        self.texts([interpolation]);
        self.scalars([dt]);
        let Some(Samples::File(SampleFile { file, column, columns, unit, span: _ })) = values else { return };
        self.texts([file, column, unit]);
        match columns {
            Some(Columns::Listed(names, _)) => self.0.extend(names.iter().map(|text| text.id)),
            Some(Columns::All(text)) => self.0.push(text.id),
            None => {}
        }
    }

    fn poisson_input(&mut self, input: &PoissonInput) {
        let PoissonInput { name: _, target, variable, n, rate, weight, slot, order: _ } = input;
        self.texts([target, variable, slot]);
        self.scalars([n, rate, weight]);
    }

    fn synapses(&mut self, synapses: &Synapses) {
        let Synapses {
            name: _,
            source,
            target,
            equations,
            method,
            tolerances,
            dt,
            connect,
            multisynaptic_index,
            initial,
            pathways,
        } = synapses;
        self.texts([source, target, equations, method, multisynaptic_index]);
        self.tolerances(tolerances);
        self.scalars([dt]);
        for Pathway { name: _, side: _, code, delay, event, slot, order: _ } in pathways {
            self.texts([code, event, slot]);
            self.scalars([delay]);
        }
        for rule in connect {
            let Connect { condition, p, n, i, j, out_degree, in_degree, file, values, .. } = rule;
            self.texts([condition, file]);
            for (_, given) in values {
                match given {
                    Given::List(..) => {}
                    Given::Column(text) => self.texts([&Some(*text)]),
                    Given::File(file) => self.file(file),
                }
            }
            self.scalars([p, n, out_degree, in_degree]);
            for indices in [i, j].into_iter().flatten() {
                match indices {
                    Chosen::Listed(_) => {}
                    Chosen::Generated(text) => self.texts([&Some(*text)]),
                    Chosen::File(file) => self.file(file),
                }
            }
        }
        self.blocks(initial);
    }

    fn record(&mut self, record: &Record) {
        let Record {
            name: _,
            kind,
            source,
            target,
            variables,
            indices: _,
            condition,
            every,
            smooth,
            bin,
            max,
            from,
            to,
            last,
            slot,
            order: _,
            event,
            at,
        } = record;
        self.texts([kind, source, target, slot, event, condition]);
        self.times(at);
        self.0.extend(variables.iter().flat_map(|(names, _)| names).map(|text| text.id));
        self.scalars([every, bin, max, from, to, last]);
        if let Some(Smooth { window, width, span: _ }) = smooth {
            self.texts([window]);
            self.scalars([width]);
        }
    }
}
