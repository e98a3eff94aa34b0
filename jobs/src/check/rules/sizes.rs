//! Integers at a point: sizes of populations, bounds of slices.

use kernels::language::ast::{Expr, ExprKind};
use kernels::language::evaluate;
use kernels::model::{Model, Population, Slice};

use super::Broken;
use crate::codes;
use crate::points::{self, Bindings};

/// The largest size of a group: kernels count in 32 bits.
pub const LARGEST: i64 = i32::MAX as i64;

/// Sizes of all populations: name, size, and how many values a neuron has.
#[derive(Clone)]
pub struct Sizes {
    /// Groups of neurons.
    pub groups: Vec<(String, Expr, usize)>,
    /// Poisson groups.
    pub poisson: Vec<(String, Expr, usize)>,
    /// Spike generators.
    pub generators: Vec<(String, Expr, usize)>,
}

impl Sizes {
    pub fn of(model: &Model) -> Sizes {
        let groups = model.groups.iter().map(|g| (g.name.clone(), g.size.clone(), g.equations.len() + 1));
        let poisson = model.poisson.iter().map(|g| (g.name.clone(), g.size.clone(), 1));
        let generators = model.generators.iter().map(|g| (g.name.clone(), g.size.clone(), 1));
        Sizes { groups: groups.collect(), poisson: poisson.collect(), generators: generators.collect() }
    }

    pub fn get(&self, population: Population) -> Option<&(String, Expr, usize)> {
        match population {
            Population::Group(k) | Population::Event(k, _) => self.groups.get(k),
            Population::Poisson(k) => self.poisson.get(k),
            Population::Generator(k) => self.generators.get(k),
            // They are counted once they are made.
            Population::Synapses(_) => None,
        }
    }
}

/// An integer expression's value.
pub fn integer(expr: &Expr, what: &str, bindings: &Bindings<'_>) -> Result<i64, Broken> {
    let value = evaluate::scalar(expr, bindings).map_err(Broken::of)?;
    points::whole(&value).ok_or_else(|| {
        let shown = super::super::model::shown(&value);
        if value.real().is_some_and(|x| libm::fabs(x) >= 9e18) {
            return Broken::new(codes::SIZE, expr.span, format!("{what} is {shown}, which is too large"));
        }
        let broken =
            Broken::new(codes::SIZE, expr.span, format!("{what} must be a whole number, not {shown}"));
        if matches!(expr.kind, ExprKind::Real(_)) { broken } else { broken.help("round it: int(x + 0.5)") }
    })
}

pub fn real(expr: &Expr, bindings: &Bindings<'_>) -> Result<f64, Broken> {
    evaluate::scalar(expr, bindings).map(|v| points::number(&v)).map_err(Broken::of)
}

/// The size of a population, from 1 to [`LARGEST`].
pub fn size(name: &str, expr: &Expr, bindings: &Bindings<'_>) -> Result<i64, Broken> {
    let what = format!("the size of {name}");
    let value = integer(expr, &what, bindings)?;
    if (1..=LARGEST).contains(&value) {
        return Ok(value);
    }
    Err(Broken::new(codes::SIZE, expr.span, format!("{what} must be from 1 to {LARGEST}, not {value}")))
}

/// First and end of a slice; negative bounds count from the end, and the end is clipped to the size.
pub fn bounds(slice: &Slice, sizes: &Sizes, bindings: &Bindings<'_>) -> Result<(i64, i64), Broken> {
    let Some((name, expr, _)) = sizes.get(slice.of) else { return Ok((0, 0)) };
    let size = size(name, expr, bindings)?;
    let bound = |expr: &Option<Expr>, default: i64| -> Result<i64, Broken> {
        let Some(expr) = expr else { return Ok(default) };
        let value = integer(expr, "the bound of a part", bindings)?;
        Ok(if value < 0 { value + size } else { value })
    };
    let (start, stop) = (bound(&slice.start, 0)?, bound(&slice.stop, size)?.min(size));
    if 0 <= start && start < stop {
        return Ok((start, stop));
    }
    let message = format!(
        "this part of {name} is empty: it goes from {start} to {stop}, and {name} has {size} neurons"
    );
    Err(Broken::new(codes::SLICE, slice.span, message))
}
