//! Points seen by some of their values only: those that cannot differ in them are looked at once.
//!
//! A value depends on some groups of axes. Where a rule, a size or a condition needs only some values, it is enough to
//! visit each combination of those groups, and the first configuration in which it occurs. This is what makes a sweep of a
//! million points as fast to check as its axes are long.

use std::collections::BTreeSet;

use kernels::language::evaluate::Value;

use super::block::Failed;
use super::{Bindings, Block, Points, Slot};

/// Values of inner axes up to this number are computed once.
const MOST_KEPT: u64 = 1 << 16;

/// The groups of axes of a block that some numbers depend on, and what has to be computed for them.
#[derive(Debug)]
pub struct Projection<'b> {
    block: &'b Block,
    axes: Vec<Axes>,
    /// Entries of the block's plan, each with the groups (positions in `axes`, as bits) it depends on.
    plan: Vec<(usize, u64)>,
    /// Every combination of the block is visited.
    whole: bool,
}

/// A group of axes.
#[derive(Debug)]
struct Axes {
    group: usize,
    /// Combinations until its position changes.
    below: u64,
    length: u64,
    /// Which of its members are needed.
    members: Vec<usize>,
}

impl<'b> Projection<'b> {
    /// Everything that a block varies.
    pub fn whole(block: &'b Block) -> Projection<'b> {
        let numbers: BTreeSet<usize> = (0..block.numbers.len()).collect();
        Projection { whole: true, ..Projection::new(block, &numbers, true) }
    }

    /// Of these numbers, and of the texts if they matter.
    pub fn of(block: &'b Block, numbers: &[usize], texts: bool) -> Projection<'b> {
        let mut needed: BTreeSet<usize> = numbers.iter().copied().collect();
        for computed in block.plan.iter().rev() {
            if needed.contains(&computed.number) {
                needed.extend(&computed.uses);
            }
        }
        Projection::new(block, &needed, texts)
    }

    fn new(block: &'b Block, needed: &BTreeSet<usize>, texts: bool) -> Projection<'b> {
        let wanted = |slot: Slot| match slot {
            Slot::Number(k) => needed.contains(&k),
            Slot::Text(_) => texts,
        };
        let mut axes = Vec::new();
        let mut below = 1_u64;
        for (group, axis) in block.groups.iter().enumerate().rev() {
            let members: Vec<usize> =
                (0..axis.members.len()).filter(|m| wanted(axis.members[*m].slot)).collect();
            let length = axis.length.max(1);
            if !members.is_empty() {
                axes.push(Axes { group, below, length, members });
            }
            below = below.saturating_mul(length);
        }
        axes.reverse();
        let whole = axes.iter().map(|a| a.length).fold(1, u64::saturating_mul) == below;
        let mut projection = Projection { block, axes, plan: Vec::new(), whole };
        projection.plan = projection.needed_plan(needed);
        projection
    }

    fn needed_plan(&self, needed: &BTreeSet<usize>) -> Vec<(usize, u64)> {
        let mut depends = vec![0_u64; self.block.numbers.len()];
        for (k, axes) in self.axes.iter().enumerate() {
            for member in &axes.members {
                if let Slot::Number(number) = self.block.groups[axes.group].members[*member].slot {
                    depends[number] |= bit(k);
                }
            }
        }
        let mut out = Vec::new();
        for (k, computed) in self.block.plan.iter().enumerate().filter(|(_, c)| needed.contains(&c.number)) {
            // What depends on its own position on an axis has the bit of that axis already.
            let own = depends[computed.number];
            let bits = computed.uses.iter().fold(own, |bits, used| bits | depends[*used]);
            depends[computed.number] = bits;
            out.push((k, bits));
        }
        out
    }

    /// Whether anything is computed from the values of axes.
    pub fn computes(&self) -> bool {
        !self.plan.is_empty()
    }

    /// How many combinations there are at most.
    pub fn len(&self) -> u64 {
        self.axes.iter().map(|a| a.length).fold(1, u64::saturating_mul)
    }

    /// The number of a combination of all groups among those of these groups.
    pub fn class(&self, combination: u64) -> u64 {
        self.axes.iter().fold(0, |class, a| class * a.length + combination / a.below % a.length)
    }

    /// Calls `each` for every combination that occurs, in order, with the first configuration in which it does, the values
    /// (only those asked for are right) and the value that cannot be computed, if there is one.
    pub fn visit<'a, E>(
        &self,
        bindings: &mut Bindings<'a>,
        mut each: impl FnMut(u64, &Bindings<'a>, Option<Failed>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.block.begin(bindings);
        let mut cursor = Cursor::new(self);
        let Some(kept) = &self.block.kept else {
            for class in 0..self.len() {
                let failed = cursor.go_to_class(class, bindings);
                each(self.combination(class), bindings, failed)?;
            }
            return Ok(());
        };
        let mut seen = Seen::new(if self.whole { 0 } else { self.len() });
        for (config, combination) in kept.iter().enumerate() {
            let combination = u64::from(*combination);
            if self.whole || seen.first_time(self.class(combination)) {
                let failed = cursor.go_to(combination, bindings);
                each(config as u64, bindings, failed)?;
            }
        }
        Ok(())
    }

    /// The first combination of all groups with this one of these groups.
    fn combination(&self, class: u64) -> u64 {
        let mut rest = class;
        let mut combination = 0;
        for a in self.axes.iter().rev() {
            combination += rest % a.length * a.below;
            rest /= a.length;
        }
        combination
    }
}

/// One of the first 63 groups has a bit of its own; the others share the last one.
fn bit(k: usize) -> u64 {
    1 << k.min(63)
}

/// Which numbers were there before.
struct Seen(Vec<u64>);

impl Seen {
    fn new(count: u64) -> Seen {
        Seen(vec![0; count.div_ceil(64) as usize])
    }

    fn first_time(&mut self, number: u64) -> bool {
        let word = &mut self.0[(number / 64) as usize];
        let mask = 1 << (number % 64);
        let new = *word & mask == 0;
        *word |= mask;
        new
    }
}

/// Where a visit is: only what changes from one combination to the next is set and computed.
struct Cursor<'p, 'b> {
    projection: &'p Projection<'b>,
    at: Vec<u64>,
    /// Values of axes that are met again and again, by group and member.
    kept: Vec<Vec<Vec<Value>>>,
}

impl<'p, 'b> Cursor<'p, 'b> {
    fn new(projection: &'p Projection<'b>) -> Cursor<'p, 'b> {
        let kept = projection.axes.iter().enumerate().map(|(k, axes)| {
            if k == 0 || axes.length > MOST_KEPT {
                return Vec::new();
            }
            let values = |m: &usize| {
                let values = &projection.block.groups[axes.group].members[*m].values;
                (0..axes.length).map(|k| values.get(k)).collect()
            };
            axes.members.iter().map(values).collect()
        });
        Cursor { projection, at: vec![u64::MAX; projection.axes.len()], kept: kept.collect() }
    }

    fn go_to_class(&mut self, class: u64, bindings: &mut Bindings<'_>) -> Option<Failed> {
        let mut rest = class;
        let mut changed = 0;
        for k in (0..self.at.len()).rev() {
            let length = self.projection.axes[k].length;
            let position = rest % length;
            rest /= length;
            if self.at[k] == position {
                // Positions further out change only where this one begins again.
                if position != 0 {
                    break;
                }
                continue;
            }
            changed |= self.set(k, position, bindings);
        }
        self.compute(changed, bindings)
    }

    fn go_to(&mut self, combination: u64, bindings: &mut Bindings<'_>) -> Option<Failed> {
        let mut changed = 0;
        for k in 0..self.at.len() {
            let axes = &self.projection.axes[k];
            let position = combination / axes.below % axes.length;
            if self.at[k] != position {
                changed |= self.set(k, position, bindings);
            }
        }
        self.compute(changed, bindings)
    }

    fn set(&mut self, k: usize, position: u64, bindings: &mut Bindings<'_>) -> u64 {
        let axes = &self.projection.axes[k];
        let members = &self.projection.block.groups[axes.group].members;
        for (number, member) in axes.members.iter().enumerate() {
            let member = &members[*member];
            let value = match self.kept[k].get(number) {
                Some(values) => values[position as usize].clone(),
                None => member.values.get(position),
            };
            member.set(value, bindings);
        }
        self.at[k] = position;
        bit(k)
    }

    fn compute(&mut self, changed: u64, bindings: &mut Bindings<'_>) -> Option<Failed> {
        for (k, depends) in &self.projection.plan {
            if depends & changed == 0 {
                continue;
            }
            if let Err(failed) = self.projection.block.plan[*k].compute(bindings) {
                // What comes later is not computed: the next combination begins anew.
                self.at.fill(u64::MAX);
                return Some(failed);
            }
        }
        None
    }
}

/// Numbers points so that those of one number agree in some values; those of different numbers may do so, too.
#[derive(Debug)]
pub struct Classes<'p> {
    points: &'p Points,
    blocks: Vec<(Projection<'p>, u64)>,
    repeats: bool,
    count: u64,
}

impl<'p> Classes<'p> {
    /// By the values of these numbers, all texts, and by the repeat if that matters.
    pub fn new(points: &'p Points, numbers: &[usize], repeats: bool) -> Classes<'p> {
        let (mut blocks, mut count) = (Vec::new(), 0_u64);
        for (block, ..) in points.blocks() {
            let projection = Projection::of(block, numbers, true);
            let more = projection.len().saturating_mul(if repeats { block.repeat } else { 1 });
            blocks.push((projection, count));
            count = count.saturating_add(more);
        }
        Classes { points, blocks, repeats, count }
    }

    /// Numbers are below this one.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The number of a point.
    pub fn of(&self, point: u64) -> u64 {
        let (block, local, _) = self.points.locate(point);
        let (projection, first) = &self.blocks[block];
        let block = projection.block;
        let class = projection.class(block.combination(local / block.repeat));
        first + if self.repeats { class * block.repeat + local % block.repeat } else { class }
    }
}
