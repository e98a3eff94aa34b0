//! `spikesweep check`: all faults of a job, or what it will take. Nothing is compiled or run.

use anyhow::Result;
use runner::run::{Forecast, forecast};

use crate::arguments::CheckOptions;
use crate::exit::Exit;
use crate::progress::duration;
use crate::terminal::say;

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
    let forecast = forecast(&job, points.as_ref(), options.workers.map(usize::from))?;
    say(format!("{}: no faults", options.job.job.display()));
    report(&forecast);
    Ok(Exit::Good)
}

fn report(forecast: &Forecast) {
    let needs = &forecast.needs;
    say(format!("points          {}", forecast.points));
    say(format!("kernels         {}", forecast.kernels));
    say(format!("neurons         {} a point at most", needs.neurons));
    say(format!("synapses        {} a point at most (expected)", needs.synapses));
    say(format!("workers         {}", forecast.workers));
    say(format!("shared          {} bytes (expected), once", needs.shared_bytes));
    say(format!("per worker      {} bytes", needs.arena_bytes));
    say(format!("output          {} (estimated; spikes at 10 Hz a neuron)", bytes(needs.output_bytes)));
    let seconds = needs.seconds / forecast.workers as f64;
    say(format!("time            {} (estimated, without compiling)", time(seconds)));
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

fn time(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{seconds:.2} s");
    }
    duration(std::time::Duration::from_secs_f64(seconds.min(1e12)))
}
