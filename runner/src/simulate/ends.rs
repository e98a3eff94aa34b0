//! Which neurons a synapse lies between, read off the connectivity.

use kernels::layout::Layout;
use kernels::plan::{Plan, SynapseEntry};
use kernels::program::StepProgram;

use crate::segment::Segment;
use crate::views::ViewError;

/// Source and target of synapse `q` of an object, counted in its slices.
pub fn ends(
    segment: &Segment,
    program: &StepProgram,
    layout: &Layout<'_>,
    object: usize,
    q: usize,
) -> Result<(i64, i64), ViewError> {
    let name = &program.synapses[object].name;
    let number = |entry| layout.entries[Plan::of(program).synapses(object, entry)];
    let place = |ident: String| layout.field(&ident).expect("every object has rows and targets") as usize;
    let rows = number(SynapseEntry::Rows) as usize;
    let first = segment.read::<i64>(place(format!("first_{name}")), rows + 1)?;
    let row = first.slice().partition_point(|start| *start <= q as i64) as i64 - 1;
    let target = segment.read::<i32>(place(format!("target_{name}")) + 4 * q, 1)?;
    Ok((row, i64::from(target.slice()[0]) - number(SynapseEntry::TargetStart)))
}
