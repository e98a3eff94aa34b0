//! Why a rule of `connect` could not make its synapses, in words: the status of a point.

use kernels::abi::{Cause, Unmade};
use kernels::model::{Connect, Model, Through};

/// A pair that is given for a synapse which is not there.
pub fn outside(object: &str, side: &str, index: u32, size: u64) -> String {
    let last = match size {
        0 => "there are no such synapses".to_string(),
        size => format!("indices go from 0 to {}", size - 1),
    };
    format!("connect of {object}: {side} = {index}, but {last}")
}

/// What the kernel left, in words; `object` has so many sources and targets.
pub fn told(model: &Model, object: usize, (sources, targets): (u64, u64), at: Unmade) -> String {
    let name = &model.synapses[object].name;
    let Some(Connect::Generator(generator)) = model.synapses[object].connect.get(at.rule) else {
        return format!("a rule of {name} cannot be done");
    };
    let (own, made, others) = match generator.through {
        Through::Sources => ("i", "j", targets),
        Through::Targets => ("j", "i", sources),
    };
    let (text, neuron, value) = (&generator.text, at.neuron, at.value);
    let place = format!("connect of {name}, {text}");
    match at.cause {
        Cause::Index if others == 0 => {
            format!("{place}: {made} = {value} at {own} = {neuron}, but there are no such synapses")
        }
        Cause::Index => format!(
            "{place}: {made} = {value} at {own} = {neuron}, but indices go from 0 to {} (skip_if_invalid = true \
             leaves such pairs out)",
            others.saturating_sub(1)
        ),
        Cause::Bound => format!("{place}: a bound at {own} = {neuron} is {value}, which is no whole number"),
        Cause::Step => format!("{place}: the step at {own} = {neuron} is 0"),
        Cause::Size => format!(
            "{place}: a sample of {value} at {own} = {neuron} cannot be drawn (skip_if_invalid = true takes what there is)"
        ),
        Cause::Degree => format!(
            "connect of {name}: {text} = {value} at {own} = {neuron} is not possible: there are too few neurons to \
             choose from (skip_if_invalid = true takes what there is)"
        ),
    }
}
