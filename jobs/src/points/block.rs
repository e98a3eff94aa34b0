//! One block of a sweep: axes that multiply, axes that go together, a condition, repeats.

use std::collections::BTreeSet;
use std::sync::Arc;

use kernels::language::ast::{Expr, Span, ValueKind};
use kernels::language::evaluate::{Prepared, Value};
use kernels::language::fault::Fault;

use super::axis::Values;
use super::dependent::{Dependent, Position};
use super::phases::Entry;
use super::{Bindings, Slot};

/// One axis, or several that advance together.
#[derive(Debug, Clone)]
pub struct Group {
    /// What is set.
    pub members: Vec<Member>,
    /// How many values there are; the same for all members.
    pub length: u64,
}

/// An axis.
#[derive(Debug, Clone)]
pub struct Member {
    /// What it sets.
    pub slot: Slot,
    /// To which values.
    pub values: Values,
    /// Where they are kept, if they are positions from which the plan computes the values.
    pub place: Option<usize>,
    /// Where it stands.
    pub span: Span,
}

/// A block of a sweep, ready to be computed.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its place among the blocks of the job.
    pub number: u64,
    /// The axes; the last one is the fastest.
    pub groups: Vec<Group>,
    /// How often each configuration is repeated.
    pub repeat: u64,
    /// Numbers that are the same in the whole block; those that vary hold any value.
    pub numbers: Vec<Value>,
    /// Texts that are the same in the whole block.
    pub texts: Vec<Arc<str>>,
    /// What is computed from swept values, in order of dependency.
    pub plan: Vec<Computed>,
    /// Where derived values stand.
    pub derived: Vec<(usize, Span)>,
    /// The combinations that pass `where`, if there is one.
    pub kept: Option<Vec<u32>>,
    /// The model of each combination of texts: per group the stride and a table from its position to a digit.
    pub variants: Variants,
    /// How numbers are defined, which no axis sets: by `[parameters]`, or `derived`.
    pub definitions: Vec<(usize, Expr)>,
    /// What phases set.
    pub phases: Vec<Entry>,
}

/// A number that is computed from others.
#[derive(Debug, Clone)]
pub struct Computed {
    /// Which one.
    pub number: usize,
    /// Its kind.
    pub kind: ValueKind,
    /// The numbers it is computed from.
    pub uses: Vec<usize>,
    /// How.
    pub how: How,
}

/// How a number is computed.
#[derive(Debug, Clone)]
pub enum How {
    /// By its definition.
    Formula(Prepared),
    /// From its position on an axis.
    Axis(Dependent),
}

/// A value that cannot be computed.
#[derive(Debug, Clone)]
pub struct Failed {
    /// The number.
    pub number: usize,
    /// Why.
    pub fault: Fault,
}

/// Which model belongs to which combination of texts.
#[derive(Debug, Clone, Default)]
pub struct Variants {
    /// For each group that sets texts: the group, and the digit of each of its positions.
    pub digits: Vec<(usize, Vec<u32>)>,
    /// How many different digits each has.
    pub radix: Vec<usize>,
    /// The model of each combination, the last digit fastest.
    pub models: Vec<usize>,
}

impl Block {
    /// How many combinations there are before the condition; `None` beyond `u64`.
    pub fn combinations(groups: &[Group]) -> Option<u64> {
        groups.iter().try_fold(1_u64, |n, g| n.checked_mul(g.length))
    }

    /// How many configurations there are.
    pub fn configs(&self) -> u64 {
        match &self.kept {
            Some(kept) => kept.len() as u64,
            None => Block::combinations(&self.groups).unwrap_or(u64::MAX),
        }
    }

    /// In what points of the block can differ.
    pub fn varying(&self) -> BTreeSet<Slot> {
        let swept = self.groups.iter().flat_map(|g| &g.members).map(|m| m.slot);
        swept.chain(self.plan.iter().map(|c| Slot::Number(c.number))).collect()
    }

    /// The value a number has in the whole block.
    pub fn base(&self, number: usize) -> Option<&Value> {
        self.numbers.get(number)
    }

    /// Where a name gets its values from in this block.
    pub fn span_of(&self, slot: Slot) -> Option<Span> {
        let axis = self.groups.iter().flat_map(|g| &g.members).find(|m| m.slot == slot).map(|m| m.span);
        axis.or_else(|| {
            let Slot::Number(k) = slot else { return None };
            self.derived.iter().find(|(target, _)| *target == k).map(|(_, span)| *span)
        })
    }

    /// Whether all values of a number are known to be finite without looking at them: it runs along a range.
    pub fn is_finite(&self, number: usize) -> bool {
        let mut members = self.groups.iter().flat_map(|g| &g.members);
        members.any(|m| m.slot == Slot::Number(number) && m.place.is_none() && m.values.is_range())
    }

    /// The numbers from which a number is computed at each point.
    pub fn uses(&self, number: usize) -> &[usize] {
        self.plan.iter().find(|c| c.number == number).map_or(&[], |c| &c.uses)
    }

    /// The swept and derived numbers that some numbers depend on.
    pub fn sources(&self, numbers: &[usize]) -> Vec<usize> {
        let (mut open, mut seen, mut out) = (numbers.to_vec(), BTreeSet::new(), Vec::new());
        while let Some(k) = open.pop() {
            if !seen.insert(k) {
                continue;
            }
            if self.span_of(Slot::Number(k)).is_some() {
                out.push(k);
            } else if let Some(computed) = self.plan.iter().find(|c| c.number == k) {
                open.extend(&computed.uses);
            }
        }
        out.sort_unstable();
        out
    }

    /// Sets the values of a configuration, and says which model it runs, and which value cannot be computed (none, in a
    /// job that was accepted).
    pub fn bind(&self, config: u64, bindings: &mut Bindings<'_>) -> (usize, Option<Failed>) {
        let combination = self.combination(config);
        let failed = self.combine(combination, bindings).err();
        (self.variant(combination), failed)
    }

    /// The combination that is a configuration.
    pub fn combination(&self, config: u64) -> u64 {
        match &self.kept {
            Some(kept) => kept.get(config as usize).copied().map_or(0, u64::from),
            None => config,
        }
    }

    /// Sets the values of a combination, as if there were no condition.
    pub fn combine(&self, combination: u64, bindings: &mut Bindings<'_>) -> Result<(), Failed> {
        self.begin(bindings);
        let mut rest = combination;
        for group in self.groups.iter().rev() {
            let k = rest % group.length.max(1);
            rest /= group.length.max(1);
            for member in &group.members {
                member.set(member.values.get(k), bindings);
            }
        }
        self.plan.iter().try_for_each(|computed| computed.compute(bindings))
    }

    /// Sets what is the same in the whole block, and makes room for the rest.
    pub fn begin(&self, bindings: &mut Bindings<'_>) {
        bindings.numbers.clone_from(&self.numbers);
        bindings.texts.clone_from(&self.texts);
        if bindings.block != Some(self.number) {
            let places = self.groups.iter().flat_map(|g| &g.members).filter(|m| m.place.is_some()).count();
            bindings.positions = vec![Position::default(); places];
            bindings.block = Some(self.number);
        }
    }

    /// The model of a combination.
    pub fn variant(&self, combination: u64) -> usize {
        if self.variants.digits.is_empty() {
            return self.variants.models.first().copied().unwrap_or(0);
        }
        let mut number = 0;
        for ((group, digits), radix) in self.variants.digits.iter().zip(&self.variants.radix) {
            let below: u64 = self.groups[group + 1..].iter().map(|g| g.length).product();
            let k = combination / below.max(1) % self.groups[*group].length.max(1);
            number = number * radix + digits.get(k as usize).copied().unwrap_or(0) as usize;
        }
        self.variants.models.get(number).copied().unwrap_or(0)
    }
}

impl Computed {
    /// Computes the number from those that are set.
    pub fn compute(&self, bindings: &mut Bindings<'_>) -> Result<(), Failed> {
        let value = match &self.how {
            How::Formula(value) => value.value(&|slot| bindings.slot(slot)),
            How::Axis(axis) => axis.value(bindings),
        };
        match value {
            Ok(value) => {
                bindings.numbers[self.number] = coerce(value, self.kind);
                Ok(())
            }
            Err(fault) => {
                bindings.numbers[self.number] = Value::Real(f64::NAN);
                Err(Failed { number: self.number, fault })
            }
        }
    }
}

impl Member {
    /// Sets what the axis sets: the parameter, or the position from which it is computed.
    pub fn set(&self, value: Value, bindings: &mut Bindings<'_>) {
        match self.place {
            Some(place) => bindings.positions[place].at = value,
            None => set(self.slot, value, bindings),
        }
    }
}

fn set(slot: Slot, value: Value, bindings: &mut Bindings<'_>) {
    match (slot, value) {
        (Slot::Number(k), value) => {
            let kind = bindings.frame.numbers.get(k).map_or(ValueKind::Real, |n| n.1);
            if let Some(place) = bindings.numbers.get_mut(k) {
                *place = coerce(value, kind);
            }
        }
        (Slot::Text(k), Value::Text(text)) => {
            if let Some(place) = bindings.texts.get_mut(k) {
                *place = text.into();
            }
        }
        (Slot::Text(_), _) => {}
    }
}

/// A value in the kind of its parameter: integers become real where the parameter is.
pub fn coerce(value: Value, kind: ValueKind) -> Value {
    match (value, kind) {
        (Value::Integer(i), ValueKind::Real) => Value::Real(i as f64),
        (value, _) => value,
    }
}
