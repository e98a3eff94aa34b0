//! Written to [`Job`]: everything that can be refused because of the user is refused here, all of it at once.
//!
//! Order: parameters, sweeps (they decide kinds), the model for each choice of texts, then the rules that must hold at
//! every point. Each part is checked even if another one is refused, as long as it makes sense.

mod advice;
mod axes;
mod block;
mod connect;
mod data;
mod design;
mod ends;
mod formula;
mod functions;
mod groups;
mod histograms;
mod inputs;
mod labels;
mod late;
mod links;
mod model;
mod monitors;
mod names;
mod occasions;
mod order;
mod pair_arrays;
mod pairs;
mod parameters;
mod pathways;
mod phase_structure;
mod phase_values;
mod phases;
mod plan;
mod populations;
mod range;
mod recorded;
mod rules;
mod run;
mod samples;
mod schedule;
mod schemes;
mod shared;
mod spike_generators;
mod spike_tables;
mod spiking;
mod substitute;
mod summaries;
mod sums;
mod sweep;
mod synapse_monitors;
mod synapses;
mod synaptic_actions;
mod table;
mod tables;
mod timed_arrays;
mod tolerances;
mod unsupported;
mod variants;

use std::collections::BTreeSet;
use std::path::Path;

use kernels::language;
use kernels::language::ast::{Expr, TextId};
use kernels::language::fault::Fault;
use kernels::model::Model;

use crate::codes;
use crate::limits::Limits;
use crate::output;
use crate::points::{Block, Frame, Points, Slot};
use crate::texts::Texts;
use crate::written::{Scalar, Written};
use functions::Functions;
use parameters::Parameters;
use phase_structure::Affected;

pub use formula::phrase;
pub use run::Noise;

/// What the check makes of a job.
#[derive(Debug)]
pub struct Checked {
    /// One model for each choice of texts.
    pub models: Vec<Model>,
    /// The texts of each model, in the order of the text parameters.
    pub variants: Vec<Vec<String>>,
    /// All points.
    pub points: Points,
    /// What noise depends on.
    pub noise: Noise,
    /// Seconds on the clock after which the state of a point is kept.
    pub checkpoint: Option<f64>,
    /// Units and columns.
    pub output: output::Output,
    /// Hashes of the data files.
    pub data: Vec<[u8; 32]>,
}

/// What surrounds a job.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The text of the job file itself.
    pub main: TextId,
    /// The folder it lies in.
    pub folder: &'a Path,
    /// How large it may be.
    pub limits: Limits,
}

/// Checks a job, of which parts were refused already when it was read, and some parameters' values were `replaced` (these
/// are the old ones).
pub fn check(
    written: &Written,
    refused: Vec<Fault>,
    replaced: &[(String, Scalar)],
    Around { main, folder, limits }: Around<'_>,
    texts: &mut Texts,
) -> Result<Checked, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut parameters = parameters::read(written, folder, texts, &mut faults);
    let raw = sweep::read(&written.sweeps, &mut parameters, folder, texts, &mut faults);
    let mut unresolved = sweep::widen(&raw, &mut parameters, texts);
    while phase_values::widen(&written.phases, &mut parameters, texts) {
        unresolved = sweep::widen(&raw, &mut parameters, texts);
    }
    faults.extend(unresolved);
    faults.extend(replaced.iter().filter_map(|(name, old)| parameters.changed_dimension(name, old, texts)));
    let phases = run::Phases {
        written: &written.phases,
        checked: phase_values::values(&written.phases, &parameters, texts, &mut faults),
    };
    let run = run::check(&written.run, phases, main, &parameters, texts, &mut faults);
    let functions = functions::read(written, folder, &parameters, texts, &mut faults);
    parameters.data.extend(functions.hashes.iter().copied());
    let mut frame = parameters.frame();
    frame.tables = functions.tables();
    let seed = run.as_ref().map(|r| &r.formulas.seed);
    let (blocks, variants) = blocks(&raw, &parameters, seed, (&frame, limits), texts, &mut faults);
    let complete = blocks.len() == raw.len();
    let mut varying: BTreeSet<Slot> = blocks.iter().flat_map(Block::varying).collect();
    let affected =
        run.as_ref().map_or_else(Affected::default, |r| Affected::of(&r.formulas, &parameters, &blocks));
    affected.spread(&mut varying);
    let varies: Vec<bool> =
        (0..parameters.numbers.len()).map(|k| varying.contains(&Slot::Number(k))).collect();
    let mut files = samples::Files::new(folder);
    let mut models = Vec::new();
    for values in &variants {
        let (model, more) =
            model::model(written, &parameters, &functions, values, &varies, &mut files, texts);
        faults.extend(more);
        models.push(model);
    }
    faults = faults.into_iter().map(|f| timed_arrays::misplaced(f, written, texts)).collect();
    let Some(run) = run.filter(|_| complete) else {
        return Err(together(refused, faults, &functions, texts));
    };
    faults.extend(phase_structure::structure(&written.phases, &run.formulas, &models, &parameters, &blocks));
    let Some(points) = Points::new(frame, blocks, run.formulas, limits.points) else {
        let span = written.sweeps.last().map_or_else(|| texts.whole(main), |s| s.span);
        let message = format!("there are more than {} points", limits.points);
        faults.push(Fault::new(codes::TOO_MANY, span, message).help(limits.more_points()));
        return Err(together(refused, faults, &functions, texts));
    };
    timed_arrays::find_stepwise(&points, &mut models);
    rules::own_clocks(&points, &mut models, &parameters);
    let whole = faults.is_empty() && refused.is_empty();
    // Methods can be judged only where the equations stand.
    let judge = if whole { kernels::check_model } else { kernels::drawn };
    faults.extend(models.iter().flat_map(judge));
    let broken = rules::all(&points, &models, &parameters, &affected, written, main);
    faults.extend(broken.into_iter().filter(|f| whole || OF_VALUES.contains(&f.code)));
    match output::check(&written.output, &models[0], points.columns(), texts) {
        Ok(output) if faults.is_empty() && refused.is_empty() => {
            let data = parameters.data.into_iter().chain(files.hashes).collect();
            let (noise, checkpoint) = (run.noise, run.checkpoint);
            Ok(Checked { models, variants, points, noise, checkpoint, output, data })
        }
        Ok(_) => Err(together(refused, faults, &functions, texts)),
        Err(more) => {
            faults.extend(more);
            Err(together(refused, faults, &functions, texts))
        }
    }
}

/// The blocks whose values can be computed, and the texts of all models.
fn blocks(
    raw: &[sweep::RawBlock],
    parameters: &Parameters,
    seed: Option<&Expr>,
    (frame, limits): (&Frame, Limits),
    texts: &Texts,
    faults: &mut Vec<Fault>,
) -> (Vec<Block>, Vec<Vec<String>>) {
    let (mut blocks, mut variants) = (Vec::new(), Vec::new());
    // Values can be computed only where all definitions stand.
    if parameters.broken.is_empty() && parameters.numbers.iter().all(|n| n.symbol.is_some()) {
        let base = parameters.base(frame, texts);
        for one in raw {
            match block::compute(one, parameters, &base, (seed, limits), &mut variants) {
                Ok(block) => blocks.push(block),
                Err(more) => faults.extend(parameters.quieted(more, texts)),
            }
        }
    }
    if variants.is_empty() {
        variants.push(parameters.texts.iter().map(|t| texts.get(t.text.id).to_owned()).collect());
    }
    (blocks, variants)
}

/// Rules that say something true even where other parts of the job were refused.
const OF_VALUES: &[&str] = &[codes::SIZE, codes::RUN, codes::POINT];

/// Faults that may only be there because a key was misspelled or could not be read.
const OF_MISSING_PARTS: &[&str] = &[
    codes::MISSING_KEY,
    codes::NO_THRESHOLD,
    codes::REFRACTORY,
    codes::NO_EFFECT,
    codes::POPULATION,
    codes::UNKNOWN_NAME,
    codes::AXIS,
    codes::ZIP,
    codes::UNIT,
    codes::TEXT_PARAMETER,
    language::codes::UNKNOWN_NAME,
    language::codes::UNKNOWN_FUNCTION,
    language::codes::UNUSED,
];

/// Faults of reading through which nothing of the job is lost.
const HARMLESS: &[&str] = &[codes::TWICE, codes::SETTING, codes::VERSION];

/// The faults of reading and those of checking, without those that only follow from the first.
fn together(refused: Vec<Fault>, faults: Vec<Fault>, functions: &Functions, texts: &Texts) -> Vec<Fault> {
    let clearer = |f: Fault| unsupported::named(functions.placed(f, texts), texts);
    let mut faults: Vec<Fault> = faults.into_iter().map(clearer).collect();
    if refused.iter().any(|f| !HARMLESS.contains(&f.code)) {
        faults.retain(|f| !OF_MISSING_PARTS.contains(&f.code));
    }
    faults.extend(refused);
    faults
}
