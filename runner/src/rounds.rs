//! Points computed in rounds. In the first, many share a batch or a claim. Where a worker died over a claim as often as
//! one may, nobody knows which of its points killed it: in the second round, points have a claim each, and only those
//! that kill a worker by themselves are given up.

use std::time::{Duration, Instant};

use jobs::Job;
use kernels::layout::Buffers;
use serde_json::{Map, Value, json};

use crate::channel::FaultClass;
use crate::claims::Claims;
use crate::estimate::output_bytes;
use crate::output_limit::{OutputLimit, too_little_room};
use crate::parent::Parent;
use crate::run::{Reporter, Request, RunError, Stop, internal};
use crate::signals::Signals;
use crate::simulate::arena;
use crate::simulate::batches::{self, Claimable};
use crate::simulate::checkpoint::{Taking, kept};
use crate::simulate::drain::{Shown, watchers};
use crate::simulate::engine::Engine;
use crate::simulate::message::Done;
use crate::simulate::needs;
use crate::simulate::share::Share;
use crate::simulate::worker::{self, Places, Task};
use crate::stage::lay_out;
use crate::store::{Committer, Disk, Identity, JournalWriter, Package, RunDirectory, Secret};
use crate::supervise::{self, Config, Outcome, Stage, SuperviseError};
use crate::tables;

/// How points are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As many together as suit.
    Together,
    /// Each alone.
    Alone,
}

/// The rounds of one run, and what they have done so far.
pub struct Rounds<'a> {
    job: &'a Job,
    request: &'a Request,
    directory: &'a RunDirectory,
    identity: Identity,
    begun: Instant,
    engine: Engine,
    signals: Option<Signals>,
    package: Package,
    /// Of the largest round: shared bytes, bytes of an arena, workers.
    memory: [u64; 3],
    total: Done,
    done: u64,
    suspects: bool,
    /// Some point was ever simulated here.
    proven: bool,
    committing: Duration,
}

impl<'a> Rounds<'a> {
    /// Makes the step programs; nothing is compiled. `proven`: some point was simulated before.
    pub fn new(
        job: &'a Job,
        request: &'a Request,
        directory: &'a RunDirectory,
        identity: Identity,
        proven: bool,
    ) -> Result<Rounds<'a>, RunError> {
        let (begun, engine) = (Instant::now(), Engine::plan(job)?);
        Ok(Rounds {
            job,
            request,
            directory,
            identity,
            begun,
            engine,
            signals: None,
            package: tables::package(job),
            memory: [0; 3],
            total: Done::default(),
            done: 0,
            suspects: false,
            proven,
            committing: Duration::ZERO,
        })
    }

    /// Points done, or given up.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Whether the last round left points that shared a claim with one that kills workers.
    pub fn suspects(&self) -> bool {
        self.suspects
    }

    /// One round; why it did not go to its end, if it did not.
    pub fn compute(
        &mut self,
        pending: Vec<u64>,
        packing: Packing,
        reporter: &mut dyn Reporter,
    ) -> Result<Option<Stop>, RunError> {
        let wanted = self.request.workers.unwrap_or_else(crate::cpus::default_workers).max(1);
        let taking = self.taking()?;
        let claimable = match packing {
            Packing::Together => {
                let kept = match &taking {
                    Some(taking) => kept(taking, self.directory.run(), self.request.shard, &pending)?,
                    None => Vec::new(),
                };
                batches::cut(&self.engine, pending, wanted as u64, self.request.lanes).with_first(&kept)
            }
            Packing::Alone => batches::alone(&self.engine, pending),
        };
        let workers = wanted.min(claimable.len()).max(1);
        let columns = self.package.summary.len();
        let buffers = self.request.buffer.map_or(arena::BUFFERS, |n| Buffers { events: n, records: n });
        let needs = needs::of(&self.engine, &claimable, columns, buffers)
            .map_err(|e| RunError::Memory(e.to_string()))?;
        crate::memory::check_fits(&needs.of_run(workers)).map_err(|e| RunError::Memory(e.to_string()))?;
        let results = output_bytes(self.job, &self.engine, &claimable);
        if let Some(text) = too_little_room(self.directory.out(), results) {
            reporter.note(&text);
        }
        self.memory = self.memory.max([needs.shared_bytes, needs.arena_bytes, workers as u64]);
        if let Some(stop) = self.load()? {
            return Ok(Some(stop));
        }
        let signals = self.signals.as_ref().expect("load installs them");
        let mask = signals.original();
        let builders = |parts: usize, work: &dyn Fn(usize) -> bool| crate::builders::run(mask, parts, work);
        let share = Share { parts: wanted, run: &builders, pieces: false };
        let (segment, places) = lay_out(&self.engine, &claimable, &needs, workers, columns, buffers, share)?;
        let claims = Claims::at(&segment, 0, claimable.len(), workers).map_err(internal)?;
        let journal = JournalWriter::create(Disk, self.directory.run(), self.identity, self.request.shard)?;
        let task = self.task(&claimable, &places, journal.header().attempt, taking);
        let config = Config {
            workers,
            stop_words: places.arenas.iter().map(|a| (a + kernels::abi::Header::STOP) as usize).collect(),
            step_words: places.arenas.iter().map(|a| (a + kernels::abi::Header::PROGRESS) as usize).collect(),
            // Many deaths in a row are what is looked for where points are tried alone.
            storm: (packing == Packing::Alone).then_some(u32::MAX),
            stall: self.request.stall,
            ..Config::default()
        };
        crate::channel::prepare().map_err(|e| RunError::System(e.to_string()))?;
        let limit = OutputLimit::new(self.directory.run(), self.job.max_bytes());
        reporter.begins(claimable.order.len() as u64, workers);
        let mut parent = Parent::new(&task, &segment, Committer::new(journal), limit, reporter);
        let stage = Stage { segment: &segment, claims, signals };
        let report =
            supervise::supervise(&config, stage, &|context| worker::work(&task, context), &mut parent);
        let report = report.map_err(|e: SuperviseError| RunError::System(e.to_string()))?;
        // Where nothing has ever worked, nobody knows that these points are to blame: they stay open.
        let proven = self.proven || report.counts.done > 0;
        let is_storm = matches!(report.outcome, Outcome::Storm(_));
        let given_up = if is_storm && !proven { &[] } else { &report.quarantined[..] };
        let suspects = parent.give_up(given_up)?;
        let stop = parent.take_fault().map(Stop::Output).or_else(|| stop_of(&report.outcome, &claimable));
        let (total, done) = (parent.total(), parent.done());
        let finished = parent.finish(&report.outcome).map(|took| self.committing += took);
        let stop = last_commit(finished, stop)?;
        self.total.add(&total);
        self.done += done;
        self.suspects = suspects;
        self.proven = proven;
        Ok(stop)
    }

    /// Signals are heard from here on; kernels are compiled and loaded.
    fn load(&mut self) -> Result<Option<Stop>, RunError> {
        if self.signals.is_some() {
            return Ok(None);
        }
        let signals = Signals::install().map_err(|e| RunError::System(e.to_string()))?;
        let asked = std::cell::Cell::new(None);
        let interrupted = || {
            asked.set(asked.get().or_else(|| signals.next()));
            asked.get().is_some()
        };
        let loaded = self.engine.load(&self.request.compiler, &interrupted);
        if let Some(signal) = asked.get().or_else(|| signals.next()) {
            return Ok(Some(Stop::Signal(signal)));
        }
        loaded?;
        self.signals = Some(signals);
        Ok(None)
    }

    /// How checkpoints are taken, if the job asks for them.
    fn taking(&self) -> Result<Option<Taking>, RunError> {
        let Some(every) = self.request.checkpoint else { return Ok(None) };
        let secret = self.request.compiler.secret().map_err(|e| {
            RunError::System(format!(
                "cannot use the file 'secret' beside the kernels, which seals checkpoints: {e}"
            ))
        })?;
        Ok(Some(Taking { every, secret: Secret(secret), identity: self.identity }))
    }

    fn task<'t>(
        &'t self,
        claimable: &'t Claimable,
        places: &'t Places,
        attempt: u32,
        taking: Option<Taking>,
    ) -> Task<'t> {
        let tables = self.job.tables();
        let variants = &self.engine.variants;
        let reductions: Vec<Shown> =
            tables[1].columns.iter().map(|c| Shown::new(c.kind, c.unit.scale)).collect();
        Task {
            engine: &self.engine,
            claimable,
            places,
            watchers: variants.iter().map(|v| watchers(&v.model, &tables[2..])).collect(),
            reductions: vec![reductions; variants.len()],
            monitors: self.package.monitors.iter().map(|m| m.name.clone()).collect(),
            run: self.directory.run(),
            shard: self.request.shard,
            attempt,
            branching: self.request.branching,
            taking,
        }
    }

    /// What `run.json` tells of the rounds, added to `details`.
    pub fn details(&self, details: impl Fn(usize) -> Map<String, Value>) -> Map<String, Value> {
        let ([shared, arena, workers], total) = (self.memory, &self.total);
        let mut told = details(workers as usize);
        let mut tell = |name: &str, value: Value| told.insert(name.into(), value);
        tell("kernels_compiled", json!(self.engine.compiled));
        tell(
            "segment",
            json!({ "arena_bytes": arena, "shared_bytes": shared, "bytes": shared + workers * arena }),
        );
        tell("workers_memory", json!({ "rss_anon_growth_bytes": total.grown }));
        tell(
            "counters",
            json!({
                "neuron_updates": total.updates, "synaptic_events": total.events, "spikes": total.spikes,
                "batches_resumed": total.resumed,
            }),
        );
        tell(
            "timing",
            json!({
                "wall_s": self.begun.elapsed().as_secs_f64(),
                "compile_s": self.engine.compile_time.as_secs_f64(),
                "build_s": total.build_ns as f64 * 1e-9, "loop_s": total.loop_ns as f64 * 1e-9,
                "commit_s": self.committing.as_secs_f64(),
            }),
        );
        told
    }
}

/// The stop, or the fault of the last commit: whoever met a fault before must not be told what followed from it.
fn last_commit(finished: Result<(), RunError>, stop: Option<Stop>) -> Result<Option<Stop>, RunError> {
    match finished {
        Err(_) if matches!(stop, Some(Stop::Output(_))) => Ok(stop),
        Err(RunError::Store(error)) if error.exit_code() == 74 => Ok(Some(Stop::Output(error.to_string()))),
        Err(error) => Err(error),
        Ok(()) => Ok(stop),
    }
}

fn stop_of(outcome: &Outcome, claimable: &Claimable) -> Option<Stop> {
    match outcome {
        Outcome::Finished => None,
        Outcome::Stopped(signal) => Some(Stop::Signal(*signal)),
        Outcome::Requested => Some(Stop::Internal("the run was asked to stop".into())),
        Outcome::Storm(death) => {
            let over = match death.claim.map(|claim| claimable.claim(claim)) {
                Some([point]) => format!(", over point {point},"),
                _ => String::new(),
            };
            Some(Stop::System(format!("workers die one after the other; the last one{over} {}", death.how)))
        }
        Outcome::Failed(error) => Some(match error.class {
            FaultClass::System => Stop::System(error.message.clone()),
            FaultClass::Output => Stop::Output(error.message.clone()),
            FaultClass::Claim | FaultClass::Internal => Stop::Internal(error.message.clone()),
        }),
    }
}
