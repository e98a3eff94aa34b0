//! `design = "sobol"` and the keys that go with it.
//!
//! Refuses unknown designs, keys without a design, designs without a number of points or without axes, a table of points
//! in a design, more axes than a Sobol sequence has dimensions, and seeds that are swept.

use std::collections::BTreeSet;
use std::sync::Arc;

use kernels::language::ast::{Expr, Span};
use kernels::language::dimension::Dimension;
use kernels::language::evaluate;
use kernels::language::fault::Fault;

use super::formula::{self, Formula};
use super::names::Names;
use super::parameters::Parameters;
use crate::codes;
use crate::format;
use crate::points::design::MOST_POINTS;
use crate::points::design::{Coordinate, Kind, key, sobol};
use crate::points::{Bindings, whole};
use crate::texts::Texts;
use crate::written::{Sweep, Text};

/// A design, read.
pub struct Design {
    kind: Kind,
    n: u64,
    seed: Option<Formula>,
    scrambled: bool,
    span: Span,
}

/// Reads the keys of a design. What is refused is noted; the axes of the block are those of a design all the same.
pub fn read(
    sweep: &Sweep,
    parameters: &Parameters,
    texts: &Texts,
    faults: &mut Vec<Fault>,
) -> Option<Design> {
    let Some(text) = sweep.design else {
        faults.extend(strays(sweep));
        return None;
    };
    let names = format::DESIGNS.names;
    let kind = match choice(text, "design", names, texts) {
        Ok(1) => Kind::Sobol,
        Ok(2) => Kind::Random,
        Ok(_) => Kind::LatinHypercube,
        Err(fault) => {
            faults.push(fault);
            Kind::LatinHypercube
        }
    };
    let scrambled = match sweep.scramble.map(|s| (s, choice(s, "scramble", format::SCRAMBLES.names, texts))) {
        Some((text, _)) if kind != Kind::Sobol => {
            let message = "'scramble' belongs to design = \"sobol\"";
            faults.push(Fault::new(codes::DESIGN, text.span, message).help("remove it"));
            true
        }
        Some((_, Ok(chosen))) => chosen == 0,
        Some((_, Err(fault))) => {
            faults.push(fault);
            true
        }
        None => true,
    };
    let seed = sweep.seed.as_ref().and_then(|scalar| match formula::read(scalar, texts) {
        Ok(formula) => Some(parameters.with_constants(formula)),
        Err(fault) => {
            faults.push(fault);
            None
        }
    });
    if let Some(points) = sweep.points {
        let message = "a design has no table of points";
        let help = "put the table into a [[sweep]] block of its own";
        faults.push(Fault::new(codes::DESIGN, points.span, message).help(help));
    }
    if sweep.axes.is_empty() {
        let help = "give ranges, such as axes.NAME = { from = 1, to = 2 }";
        faults.push(Fault::new(codes::DESIGN, text.span, "this design has no axes").help(help));
    }
    Some(Design { kind, n: points(sweep, text.span, faults), seed, scrambled, span: text.span })
}

fn choice(text: Text, key: &str, names: &[&str], texts: &Texts) -> Result<usize, Fault> {
    let given = texts.get(text.id);
    names.iter().position(|n| *n == given).ok_or_else(|| {
        Fault::new(codes::CHOICE, text.span, format!("'{key}' cannot be '{given}'")).help(match given {
            "lhs" | "LHS" | "latin" => "write design = \"latin_hypercube\"".to_owned(),
            _ => format!("choices: {}", names.join(", ")),
        })
    })
}

/// Keys of a design in a block that has none.
fn strays(sweep: &Sweep) -> Vec<Fault> {
    let n = sweep.n.map(|(_, span)| ("n", span));
    let seed = sweep.seed.as_ref().map(|s| ("seed", s.span));
    let scramble = sweep.scramble.map(|s| ("scramble", s.span));
    let fault = |(key, span)| {
        let help = match key {
            "n" => "add a 'design'; in a grid, each axis has an 'n' of its own",
            "seed" => "add a 'design'; the seed of the simulation is that of [run]",
            _ => "add design = \"sobol\"",
        };
        Fault::new(codes::DESIGN, span, format!("'{key}' belongs to a design, and this block has none"))
            .help(help)
    };
    [n, seed, scramble].into_iter().flatten().map(fault).collect()
}

fn points(sweep: &Sweep, span: Span, faults: &mut Vec<Fault>) -> u64 {
    let Some((n, at)) = sweep.n else {
        let help = "say how many points there are, such as n = 1000";
        faults.push(Fault::new(codes::DESIGN, span, "this design has no 'n'").help(help));
        return 1;
    };
    let count = u64::try_from(n).ok().filter(|n| (1..=MOST_POINTS).contains(n));
    count.unwrap_or_else(|| {
        let message = format!("the 'n' of a design must be from 1 to {MOST_POINTS}, not {n}");
        faults
            .push(Fault::new(codes::DESIGN, at, message).help("write a number of points, such as n = 1000"));
        1
    })
}

impl Design {
    /// How many points it has.
    pub fn len(&self) -> u64 {
        self.n
    }

    /// Where the points lie on each of these axes of block number `block`; zipped axes go by the name of the first.
    pub fn coordinates(&self, block: u64, axes: &[&str], seed: u64) -> Result<Vec<Arc<Coordinate>>, Fault> {
        if self.kind == Kind::Sobol && axes.len() > sobol::DIMENSIONS {
            let message = format!(
                "a Sobol sequence has {} dimensions at most, and this block {} axes",
                sobol::DIMENSIONS,
                axes.len()
            );
            let help = "take design = \"latin_hypercube\", or zip axes that may advance together";
            return Err(Fault::new(codes::DESIGN, self.span, message).help(help));
        }
        let of = |(number, name): (usize, &&str)| {
            Arc::new(Coordinate::new(self.kind, self.n, number, key(seed, block, name), self.scrambled))
        };
        Ok(axes.iter().enumerate().map(of).collect())
    }

    /// The seed: that of the design, or that of the run for the values of `[parameters]`.
    pub fn seed(
        &self,
        parameters: &Parameters,
        scope: &Names,
        moving: &BTreeSet<String>,
        base: &Bindings<'_>,
        of_run: Option<&Expr>,
    ) -> Result<u64, Vec<Fault>> {
        let Some(own) = &self.seed else {
            // A seed of the run that was refused has its own fault.
            let Some(expr) = of_run else { return Ok(0) };
            let value = evaluate::scalar(expr, base).ok().and_then(|v| whole(&v));
            return value.map(|v| v as u64).ok_or_else(|| {
                let message = "the run's seed has no value in [parameters] that this design could take";
                vec![Fault::new(codes::DESIGN, self.span, message).help("give it a 'seed' of its own")]
            });
        };
        parameters.only_numbers(&own.expr, "seed")?;
        own.expect(scope, Dimension::NONE, "the seed of a design")?;
        let help = "write a whole number, such as seed = 1";
        let refuse = |span, message: String| vec![Fault::new(codes::DESIGN, span, message).help(help)];
        if let Some((name, span)) = formula::names(&own.expr).into_iter().find(|(n, _)| moving.contains(n)) {
            return Err(refuse(
                span,
                format!("the seed of a design cannot depend on '{name}', which it sweeps"),
            ));
        }
        let value = evaluate::scalar(&own.expr, base).map_err(|f| vec![f])?;
        whole(&value).and_then(|seed| u64::try_from(seed).ok()).ok_or_else(|| {
            let shown = super::model::shown(&value);
            refuse(own.expr.span, format!("the seed of a design must be a whole number from 0, not {shown}"))
        })
    }
}
