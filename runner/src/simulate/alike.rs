//! Gathers points that agree in what matters for a purpose, so that it is looked at once for all of them.

use std::collections::HashMap;

use jobs::{Classes, Points};
use kernels::language::ast::Expr;

/// Points by class. Points of one class agree; those of two may do so, too.
#[derive(Debug)]
pub struct Alike {
    /// The first point of each class.
    pub first: Vec<u64>,
    /// The class of each point, in the order in which they were given; empty where there is one class only.
    pub of: Vec<u32>,
}

impl Alike {
    /// Points that agree in these numbers, in their texts, and in the repeat if that matters.
    pub fn new(points: &Points, numbers: &[usize], repeats: bool, chosen: &[u64]) -> Alike {
        let classes = Classes::new(points, numbers, repeats);
        if classes.count() <= 1 || chosen.len() <= 1 {
            return Alike { first: chosen.first().copied().into_iter().collect(), of: Vec::new() };
        }
        let mut numbered = Numbered::new(classes.count(), chosen.len());
        let mut first = Vec::new();
        let mut number = |point: &u64| {
            let class = numbered.number(classes.of(*point), first.len() as u32);
            if class as usize == first.len() {
                first.push(*point);
            }
            class
        };
        let of = chosen.iter().map(&mut number).collect();
        Alike { first, of }
    }

    /// How many points a class has.
    pub fn counts(&self, points: usize) -> Vec<u64> {
        if self.of.is_empty() {
            return vec![points as u64; self.first.len()];
        }
        let mut counts = vec![0; self.first.len()];
        self.of.iter().for_each(|class| counts[*class as usize] += 1);
        counts
    }
}

/// New numbers for classes, in the order in which they are met.
enum Numbered {
    Dense(Vec<u32>),
    Sparse(HashMap<u64, u32>),
}

impl Numbered {
    fn new(classes: u64, points: usize) -> Numbered {
        match usize::try_from(classes) {
            Ok(classes) if classes <= 4 * points + 1024 => Numbered::Dense(vec![u32::MAX; classes]),
            _ => Numbered::Sparse(HashMap::new()),
        }
    }

    fn number(&mut self, class: u64, next: u32) -> u32 {
        let number = match self {
            Numbered::Dense(numbers) => &mut numbers[class as usize],
            Numbered::Sparse(numbers) => numbers.entry(class).or_insert(u32::MAX),
        };
        if *number == u32::MAX {
            *number = next;
        }
        *number
    }
}

/// The numbers of the run's duration and time step, and of its seed if that matters.
pub fn of_run(points: &Points, seed: bool) -> Vec<usize> {
    let run = points.run_formulas();
    let exprs: [&Expr; 3] = [&run.duration, &run.dt, &run.seed];
    exprs[..if seed { 3 } else { 2 }].iter().flat_map(|expr| points.frame().numbers_in(expr)).collect()
}
