//! Variables of neurons that are linked to synapses: how many synapses there are is known once they are made, so that the
//! places are looked at before the first step.

use kernels::model::Population;
use kernels::program::links;

use crate::segment::Segment;
use crate::views::ViewError;

use super::engine::Variant;
use super::ready::Ready;

/// A place where there is no synapse, in words.
pub fn missing(segment: &Segment, variant: &Variant, ready: &Ready<'_>) -> Result<Option<String>, ViewError> {
    for (g, group) in variant.model.groups.iter().enumerate() {
        for link in &group.links {
            let Population::Synapses(k) = link.of else { continue };
            let count = ready.structure.counts[k];
            let at = ready.layout.field(&links::array(group, link)).expect("the program declares it");
            let places = segment.read::<i32>(at as usize, ready.shape.sizes[g] as usize)?;
            let is_outside = |place: &i32| u64::try_from(*place).map_or(true, |place| place >= count);
            if let Some(i) = places.slice().iter().position(is_outside) {
                let (place, object) = (places.slice()[i], &variant.model.synapses[k].name);
                return Ok(Some(format!(
                    "'{}' of {}: neuron {i} would read synapse {place} of {object}, which has {count}",
                    link.variable, group.name
                )));
            }
        }
    }
    Ok(None)
}
