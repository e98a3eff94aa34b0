//! What all points of a run share: checked models, their step programs, compiled kernels.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use jobs::{Job, Point, Points};
use kernels::c;
use kernels::compile::{CompileError, Compiler};
use kernels::language::fault::Fault;
use kernels::load::{self, LoadError, Loaded};
use kernels::model::Model;
use kernels::program::{self, StepProgram};

/// One model ready to run.
#[derive(Debug)]
pub struct Variant {
    /// The checked model.
    pub model: Model,
    /// Its step program.
    pub program: StepProgram,
    kernel: Option<Loaded>,
    /// Hash of what the kernel was compiled from.
    source: Option<blake3::Hash>,
}

impl Variant {
    /// What tells its kernel from others: a checkpoint is of one of them.
    pub fn source(&self) -> [u8; 32] {
        self.source.expect("kernels are loaded before anything is run").into()
    }

    /// Its kernel in this process.
    pub fn kernel(&self) -> Loaded {
        self.kernel.expect("kernels are loaded before anything is run")
    }
}

/// All models of a job, and its points.
#[derive(Debug)]
pub struct Engine {
    /// One for each choice of text parameters.
    pub variants: Vec<Variant>,
    /// The points.
    pub points: Points,
    /// Noise in the dynamics is the same for all configs.
    pub common_noise: bool,
    /// Kernels compiled now (the others came from the cache).
    pub compiled: u64,
    /// Time that took.
    pub compile_time: Duration,
}

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No kernel could be made.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The system does not load it, as where the cache may hold no programs.
    #[error("cannot load the kernel: {reason}; if programs may not be run from {}, set SPIKESWEEP_CACHE to another folder", cache.display())]
    Loader {
        /// What the system's loader said.
        reason: String,
        /// Where kernels are kept.
        cache: PathBuf,
    },
    /// It is another kernel: a fault of ours.
    #[error(transparent)]
    Load(LoadError),
    /// The check passed a model that has no program: a fault of ours.
    #[error("a checked model has no step program: {0:?}")]
    Program(Vec<Fault>),
}

impl Engine {
    /// Makes the step programs; nothing is compiled.
    pub fn plan(job: &Job) -> Result<Engine, EngineError> {
        let variants = job.models().iter().map(|model| {
            let program = program::build(model).map_err(EngineError::Program)?;
            Ok(Variant { model: model.clone(), program, kernel: None, source: None })
        });
        Ok(Engine {
            variants: variants.collect::<Result<_, EngineError>>()?,
            points: job.points(),
            common_noise: matches!(job.noise(), jobs::Noise::Common),
            compiled: 0,
            compile_time: Duration::ZERO,
        })
    }

    /// The values of a point's parameters in a phase.
    pub fn values_in(&self, point: u64, phase: usize) -> Vec<f64> {
        let mut bindings = self.points.bindings();
        self.points.fill(point, &mut bindings, &mut Point::default());
        (0..=phase).for_each(|k| self.points.enter(point, k, &mut bindings));
        bindings.numbers.iter().map(jobs::number).collect()
    }

    /// Compiles and loads all kernels, unless interrupted.
    pub fn load(&mut self, compiler: &Compiler, interrupted: &dyn Fn() -> bool) -> Result<(), EngineError> {
        for variant in &mut self.variants {
            let source = c::kernel(&variant.program);
            variant.source = Some(blake3::hash(source.text.as_bytes()));
            let compiled = compiler.compile(&source, interrupted)?;
            self.compiled += u64::from(compiled.fresh);
            self.compile_time += compiled.took;
            let loaded = load::load(&compiled.path, source.layout);
            variant.kernel = Some(loaded.map_err(|error| not_loaded(error, compiler))?);
        }
        Ok(())
    }
}

fn not_loaded(error: LoadError, compiler: &Compiler) -> EngineError {
    match error {
        LoadError::Loader(error) => {
            let reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            EngineError::Loader { reason, cache: compiler.cache.clone() }
        }
        error => EngineError::Load(error),
    }
}
