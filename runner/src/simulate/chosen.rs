//! The synapses that monitors record where these do not record all of an object: found once, when the rows are in order.
//!
//! Refuses numbers of synapses that there are not.

use kernels::layout::{Layout, Region};
use kernels::model::Chosen;
use kernels::plan::SynapseEntry;
use kernels::program::choices::{self, Choice};

use super::build::{ConnectError, Site, ends};
use super::connect::Tables;

/// Finds the synapses of all choices.
pub(super) fn choose(
    site: &Site<'_>,
    layout: &mut Layout<'_>,
    region: &mut Region,
) -> Result<Vec<u64>, ConnectError> {
    let program = &site.variant.program;
    if program.choices.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<u64> = (0..program.synapses.len()).map(|k| ends(layout, k).0).collect();
    let object = |c: usize| program.synapses.len() + c;
    let count = |(c, (_, k, chosen)): (usize, (usize, usize, &Chosen))| match chosen {
        Chosen::Listed(list) => list.len() as u64,
        // SAFETY: the synapses are in place, and the neurons are prepared.
        Chosen::Where(_) => unsafe { site.variant.kernel().count(site.arena, object(c), 0..rows[k]) }
            .expect("a choice never fails"),
    };
    let counts: Vec<u64> = choices::all(&site.variant.model).enumerate().map(count).collect();
    let before = region.next;
    layout.choices(&counts, region)?;
    let most = counts.iter().zip(choices::all(&site.variant.model)).max_by_key(|(count, _)| **count);
    let (count, (_, object_of_most, _)) = most.expect("there are choices");
    site.take(before, region, object_of_most, *count)?;
    site.publish(layout)?;
    for (c, (_, k, chosen)) in choices::all(&site.variant.model).enumerate() {
        match chosen {
            Chosen::Listed(list) => listed(site, layout, &program.choices[c], list)?,
            Chosen::Where(_) => {
                // SAFETY: as for counting, and the array has room for as many as were counted.
                unsafe { site.variant.kernel().fill(site.arena, object(c), 0..rows[k]) };
            }
        }
    }
    Ok(counts)
}

/// Writes where the synapses lie that have these numbers in a table of all of them.
fn listed(site: &Site<'_>, layout: &Layout<'_>, choice: &Choice, list: &[u32]) -> Result<(), ConnectError> {
    let Site { segment, variant, .. } = *site;
    let tables = Tables { segment, program: &variant.program, layout };
    let rows = tables.number(choice.object, SynapseEntry::Rows);
    let place = |array: &str| layout.field(array).expect("the program declares every array") as usize;
    let name = &variant.program.synapses[choice.object].name;
    let first = segment.read::<i64>(place(&format!("first_{name}")), rows + 1)?;
    let first = first.slice();
    let count = first[rows];
    let target = segment.read::<i32>(place(&format!("target_{name}")), count as usize)?;
    let mut out: Vec<i32> = Vec::with_capacity(list.len());
    let (mut row, mut order) = (usize::MAX, Vec::new());
    for number in list.iter().map(|number| i64::from(*number)) {
        if number >= count {
            return Err(ConnectError::NoSuchSynapse {
                monitor: variant.model.monitors[choice.monitor].name.clone(),
                object: variant.model.synapses[choice.object].name.clone(),
                number,
                count,
            });
        }
        let its = first.partition_point(|start| *start <= number) - 1;
        if its != row {
            row = its;
            order = (first[row]..first[row + 1]).collect();
            order.sort_by_key(|q| target.slice()[*q as usize]);
        }
        out.push(order[(number - first[row]) as usize] as i32);
    }
    out.sort_unstable();
    segment.write::<i32>(place(&choice.array), out.len())?.slice_mut().copy_from_slice(&out);
    Ok(())
}
