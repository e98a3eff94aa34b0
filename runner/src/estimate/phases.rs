//! What phases change in an estimate: rates are means over them, and monitors that rest have no rows.

use std::collections::BTreeMap;

use jobs::Point;
use kernels::layout::Shape;
use kernels::model::Population;
use kernels::phases::Part;

use crate::simulate::engine::{Engine, Variant};

use super::firing::{self, Firing};

/// The part of the run that each phase takes; one part, all of it, where there are none.
fn parts(point: &Point) -> Vec<f64> {
    let total = point.ends.last().copied().unwrap_or(0.0).max(f64::MIN_POSITIVE);
    let begins = [0.0].into_iter().chain(point.ends.iter().copied());
    point.ends.iter().zip(begins).map(|(end, begin)| (end - begin) / total).collect()
}

/// Rates of all populations at a point, meant over its phases.
pub fn rates(
    engine: &Engine,
    variant: &Variant,
    point: &Point,
    measured: &BTreeMap<String, f64>,
    shape: &Shape,
) -> Vec<Firing> {
    let mut values = engine.points.bindings();
    engine.points.fill(point.index, &mut values, &mut Point::default());
    let run = (point.run.duration, point.run.dt);
    let mut sum = firing::rates(&variant.model, &values, run, measured, shape);
    sum.iter_mut().for_each(|firing| firing.hertz = 0.0);
    let populations: Vec<Population> = variant.model.populations().collect();
    for (phase, part) in parts(point).into_iter().enumerate() {
        engine.points.enter(point.index, phase, &mut values);
        let now = firing::rates(&variant.model, &values, run, measured, shape);
        for ((sum, now), population) in sum.iter_mut().zip(now).zip(&populations) {
            if !variant.program.phases.is_off(Part::of_population(*population), phase) {
                sum.hertz += part * now.hertz;
            }
        }
    }
    sum
}

/// The part of the run in which each monitor records.
pub fn awake(variant: &Variant, point: &Point) -> Vec<f64> {
    let parts = parts(point);
    let awake = |m: usize| {
        let resting = parts.iter().enumerate();
        let resting = resting.filter(|(phase, _)| variant.program.phases.is_off(Part::Monitor(m), *phase));
        1.0 - resting.map(|(_, part)| part).sum::<f64>()
    };
    (0..variant.model.monitors.len()).map(awake).collect()
}
