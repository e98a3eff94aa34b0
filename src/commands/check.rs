//! `spikesweep check`: all faults of a job, or what it will take. Nothing is compiled or run, unless a pilot is asked for.

use anyhow::Result;
use kernels::compile::Compiler;
use runner::estimate::firing::{ASSUMED_RATE, Basis};
use runner::estimate::pilot::{Piloted, Trial, pilot};
use runner::estimate::{Forecast, Rate, forecast, kernels_in_cache};
use runner::memory::{DoesNotFit, check_fits};
use serde_json::{Value, json};

use crate::arguments::CheckOptions;
use crate::exit::Exit;
use crate::progress::duration;
use crate::terminal::{say, tell};

/// Runs the subcommand.
pub fn check(options: &CheckOptions) -> Result<Exit> {
    let job = match super::run::load(&options.job, options.json) {
        Ok(job) => job,
        Err(exit) => return Ok(exit),
    };
    let points = match super::run::selection(options.points.as_deref(), &job, options.json) {
        Ok(points) => points,
        Err(exit) => return Ok(exit),
    };
    let workers = options.workers.map(usize::from);
    let compiler = Compiler::from_environment(options.cc.clone());
    let piloted = if options.pilot {
        let trial = Trial {
            job: options.job.job.clone(),
            sets: options.job.set.clone(),
            limits: options.job.limits(),
            workers,
            compiler: compiler.clone(),
        };
        Some(pilot(&job, points.as_ref(), &trial)?)
    } else {
        None
    };
    let plain = match &piloted {
        Some(piloted) => piloted.forecast.clone(),
        None => forecast(&job, points.as_ref(), workers)?,
    };
    let report =
        Report { forecast: &plain, piloted: piloted.as_ref(), cached: kernels_in_cache(&job, &compiler)? };
    if options.json {
        say(serde_json::to_string_pretty(&report.json(job.name()))?);
    } else {
        say(format!("{}: no faults", options.job.job.display()));
        report.lines().into_iter().for_each(say);
        if let Err(refused) = report.fits() {
            tell(format!("spikesweep: warning: this will not run here: {refused}"));
        }
    }
    Ok(Exit::Good)
}

/// What is said of a job without faults.
struct Report<'a> {
    forecast: &'a Forecast,
    piloted: Option<&'a Piloted>,
    cached: usize,
}

impl Report<'_> {
    /// Whether the machine's memory suffices, at this moment.
    fn fits(&self) -> Result<(), DoesNotFit> {
        check_fits(&self.forecast.needs.of_run(self.forecast.workers))
    }

    fn lines(&self) -> Vec<String> {
        let Forecast { needs, work, time, .. } = self.forecast;
        let mut out = Vec::new();
        let mut line = |name: &str, text: String| out.push(format!("{name:<15} {text}"));
        line("points", self.forecast.points.to_string());
        line("kernels", format!("{} ({} in the cache)", self.forecast.kernels, self.cached));
        line("neurons", format!("{} a point at most", needs.neurons));
        line("synapses", format!("{} a point at most (expected)", work.synapses.round()));
        if self.forecast.branches > 0 {
            line(
                "shared phases",
                format!("{} times, for all points that branch from there", self.forecast.branches),
            );
        }
        line("workers", self.forecast.workers.to_string());
        line("shared", format!("{} (expected), once", bytes(needs.shared_bytes as f64)));
        let [own, beside] = [needs.arena_bytes, needs.private_bytes].map(|n| bytes(n as f64));
        line("per worker", format!("{own}, and at most about {beside} for rows and statistics"));
        for rate in &self.forecast.rates {
            line("rate", rated(rate));
        }
        line("output", format!("{} ({})", bytes(self.forecast.output_bytes()), self.basis()));
        for (name, size) in &self.forecast.files {
            line("", format!("{name} {}", bytes(*size)));
        }
        line("time", format!("{} ({}, without compiling)", seconds(time.total), self.basis()));
        self.remarks(&mut line);
        out
    }

    /// What the figures rest on, where that is not said beside them.
    fn remarks(&self, line: &mut impl FnMut(&str, String)) {
        if let Some(piloted) = self.piloted {
            line(
                "pilot",
                format!(
                    "{} points for {} s each at most; the loop took {:.2} times what was reckoned; compiling {}",
                    piloted.points,
                    short(piloted.simulated),
                    piloted.ratio,
                    seconds(piloted.compiling)
                ),
            );
            line("", "what happens after that is taken to be as in the beginning".into());
            if piloted.bad > 0 {
                line("", format!("{} of them diverged or failed", piloted.bad));
            }
        }
        for name in &self.forecast.counted_all_pairs {
            let text =
                format!("all pairs of {name} are counted: its rule depends on variables or draws numbers");
            line("", text);
        }
        if self.forecast.sampled < self.forecast.points {
            line("", format!("work and output are reckoned from {} of the points", self.forecast.sampled));
        }
    }

    fn basis(&self) -> &'static str {
        match self.piloted {
            Some(_) => "from a pilot",
            None => "estimated",
        }
    }

    fn json(&self, name: &str) -> Value {
        let Forecast { needs, work, time, .. } = self.forecast;
        let rate = |r: &Rate| {
            let [lowest, mean, highest] = r.hertz;
            json!({ "group": r.group, "mean_hz": mean, "lowest_hz": lowest, "highest_hz": highest, "basis": r.basis.name() })
        };
        let need = needs.of_run(self.forecast.workers);
        let refused = self.fits().err();
        let file = |(name, bytes): &(String, f64)| json!({ "file": name, "bytes": bytes.round() });
        json!({
            "job": name,
            "faults": [],
            "points": self.forecast.points,
            "shared_phases": self.forecast.branches,
            "kernels": { "count": self.forecast.kernels, "cached": self.cached },
            "workers": self.forecast.workers,
            "neurons": needs.neurons,
            "synapses": work.synapses.round(),
            "memory": {
                "shared_bytes": needs.shared_bytes,
                "worker_bytes": needs.arena_bytes,
                "worker_private_bytes": needs.private_bytes,
                "segment_bytes": need.segment,
                "total_bytes": need.all,
                "fits": refused.is_none(),
                "available_bytes": refused.as_ref().map(|r| r.available),
                "limit": refused.as_ref().map(|r| r.limit.to_string()),
            },
            "work": { "neuron_updates": work.updates, "spikes": work.spikes, "synaptic_events": work.events },
            "output": {
                "bytes": self.forecast.output_bytes().round(),
                "files": self.forecast.files.iter().map(file).collect::<Vec<_>>(),
            },
            "time": {
                "seconds": time.total,
                "worker_seconds": {
                    "steps": time.steps, "connectivity": time.connect, "rows": time.rows, "points": time.points,
                },
            },
            "assumptions": {
                "rates": self.forecast.rates.iter().map(rate).collect::<Vec<_>>(),
                "all_pairs_counted": self.forecast.counted_all_pairs,
                "points_looked_at": self.forecast.sampled,
                "compiling_included": false,
                "machine_slowness": time.slowness,
            },
            "pilot": self.piloted.map(|p| json!({
                "points": p.points,
                "bad": p.bad,
                "simulated_seconds": p.simulated,
                "loop_ratio": p.ratio,
                "compiling_seconds": p.compiling,
                "seconds_without_pilot": p.reckoned,
            })),
        })
    }
}

fn rated(rate: &Rate) -> String {
    let [lowest, mean, highest] = rate.hertz;
    let spread =
        if highest > lowest { format!(", {} to {}", short(lowest), short(highest)) } else { String::new() };
    let how = match rate.basis {
        Basis::Silent => return format!("{} does not spike", rate.group),
        Basis::Given => "as given",
        Basis::Expected => "its expected_rate",
        Basis::Measured => "measured; for a check without a pilot, write it as expected_rate",
        Basis::Assumed => {
            return format!("{} {ASSUMED_RATE} Hz (assumed: the group has no expected_rate)", rate.group);
        }
    };
    format!("{} {} Hz{spread} ({how})", rate.group, short(mean))
}

fn short(value: f64) -> String {
    format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn bytes(count: f64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let mut value = count;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", units[unit])
}

fn seconds(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{seconds:.2} s");
    }
    duration(std::time::Duration::from_secs_f64(seconds.min(1e12)))
}
