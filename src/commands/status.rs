//! `spikesweep status`: how far a run is, from its journals alone.

use anyhow::Result;
use runner::store::{RunStatus, status as read_status};

use crate::arguments::StatusOptions;
use crate::exit::Exit;
use crate::terminal::{say, say_json};

/// Runs the subcommand.
pub fn status(options: &StatusOptions) -> Result<Exit> {
    let status = read_status(&options.dir)?;
    if options.json {
        say_json(&status);
    } else {
        report(&status);
    }
    Ok(Exit::Good)
}

fn report(status: &RunStatus) {
    let state = match (status.complete, status.running) {
        (true, _) => "complete",
        (false, true) => "running",
        (false, false) => "not running",
    };
    say(format!("{state}: {} of {} points", status.committed, status.points));
    say(format!(
        "ok {}, diverged {}, failed {}",
        status.counts.ok, status.counts.diverged, status.counts.failed
    ));
    if !status.complete && !status.running {
        say("the command that began it goes on");
    }
    for shard in &status.shards {
        let holder = shard.holder.as_deref().map_or(String::new(), |h| format!(", held by {h}"));
        let points: u64 = shard.attempts.iter().map(|a| a.points).sum();
        let kept = match shard.checkpoints {
            0 => String::new(),
            kept => format!(", {kept} checkpoints"),
        };
        say(format!(
            "shard {}: {} attempts, {points} points{kept}{holder}",
            shard.shard,
            shard.attempts.len()
        ));
    }
}
