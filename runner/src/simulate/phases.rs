//! The beginning of a phase in a batch: values and keys in the rows, steps in the header, then the kernel's own part.
//!
//! In lanes a phase runs all blocks before the next one begins.

use jobs::Point;
use kernels::abi::Header;
use kernels::layout::{Layout, Shape, steps_until};
use kernels::phases::Part;

use crate::segment::Segment;
use crate::views::ViewError;

use super::arena;
use super::engine::{Engine, Variant};

/// A batch that goes through phases.
#[derive(Clone, Copy)]
pub struct Staged<'a, 'p> {
    /// Models and points.
    pub engine: &'a Engine,
    /// Its model.
    pub variant: &'a Variant,
    /// Where it lies.
    pub segment: &'a Segment,
    /// Its arena.
    pub layout: &'a Layout<'p>,
    /// Sizes.
    pub shape: &'a Shape,
    /// Its points.
    pub points: &'a [Point],
}

impl Staged<'_, '_> {
    /// The steps at which a phase ends, for each clock. The last phase ends with the run.
    pub fn ends(&self, phase: usize) -> Vec<i64> {
        let clocks = 0..=self.shape.clocks.len();
        let point = &self.points[0];
        let last = phase + 1 >= point.ends.len();
        let end = |clock: usize| {
            let all = self.shape.ticks(clock);
            match (last, clock) {
                (true, _) => all,
                (false, 0) => steps_until(point.ends[phase], point.run.dt).min(all),
                (false, k) => self.shape.ticks_before(k, point.ends[phase], point.run.dt).min(all),
            }
        };
        clocks.map(|clock| end(clock) as i64).collect()
    }

    /// The steps at which a phase begins, for each clock.
    pub fn begins(&self, phase: usize) -> Vec<i64> {
        match phase.checked_sub(1) {
            None => vec![0; 1 + self.shape.clocks.len()],
            Some(before) => self.ends(before),
        }
    }

    /// For each monitor: it rests in the phase.
    pub fn resting(&self, phase: usize) -> Vec<bool> {
        let monitors = 0..self.variant.model.monitors.len();
        monitors.map(|m| self.variant.program.phases.is_off(Part::Monitor(m), phase)).collect()
    }

    /// Begins a phase in all lanes; which of them met an impossible rate.
    pub fn enter(&self, phase: usize) -> Result<Vec<bool>, ViewError> {
        let (segment, layout) = (self.segment, self.layout);
        self.write_rows(phase)?;
        let (first, ends) = (self.begins(phase)[0], self.ends(phase));
        let offsets = [
            (std::mem::offset_of!(Header, n_steps), ends[0]),
            (std::mem::offset_of!(Header, block), 0),
            (std::mem::offset_of!(Header, step), first),
        ];
        for (offset, value) in offsets {
            segment.write::<i64>(layout.header as usize + offset, 1)?.slice_mut()[0] = value;
        }
        let place = |ident: &str| layout.field(ident).map(|at| at as usize);
        let first_step = place("first_step").expect("models with phases have it");
        segment.write::<i64>(first_step, 1)?.slice_mut()[0] = first;
        if let Some(at) = place("clock_ends") {
            segment.write::<i64>(at, ends.len())?.slice_mut().copy_from_slice(&ends);
        }
        if let Some(at) = place("coded") {
            let mut out = segment.write::<i64>(at, 2 * self.shape.coded.len())?;
            for (to, range) in out.slice_mut().chunks_exact_mut(2).zip(&self.shape.coded) {
                to.copy_from_slice(&[range.start as i64, range.len() as i64]);
            }
        }
        let arena = arena::arena(segment, layout);
        let kernel = self.variant.kernel();
        let enter = |lane| {
            // SAFETY: the arena is laid out and prepared, rows and header are those of the phase.
            !unsafe { kernel.enter(arena, lane as i64, phase as i64) }
        };
        Ok((0..self.points.len()).map(enter).collect())
    }

    /// The values of a phase, and the keys of its noise: the configuration's own only where points do not share the phase.
    fn write_rows(&self, phase: usize) -> Result<(), ViewError> {
        let common = self.engine.common_noise || self.engine.points.phases()[phase].shared;
        for (lane, point) in self.points.iter().enumerate() {
            let mut there = point.clone();
            there.values = self.engine.values_in(point.index, phase);
            arena::write_keyed_row(self.engine, self.segment, self.layout, lane as u64, &there, common)?;
        }
        Ok(())
    }
}
