//! Progress on stderr: one line that is kept up to date on a terminal, a line for each 10 % elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use runner::run::{Progress, Reporter};

use crate::terminal::tell;

/// Reports to stderr; starts no thread.
#[derive(Debug)]
pub struct Terminal {
    bar: Option<ProgressBar>,
    told: u64,
    pending: u64,
}

impl Terminal {
    /// For this process's stderr.
    pub fn new() -> Terminal {
        Terminal { bar: None, told: 0, pending: 0 }
    }

    /// Leaves the terminal as it should be.
    pub fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| tell(text)),
            None => tell(text),
        }
    }
}

impl Reporter for Terminal {
    fn begins(&mut self, pending: u64, workers: usize) {
        self.pending = pending;
        let plural = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        tell(format!("{}, {}", plural(pending, "point"), plural(workers as u64, "worker")));
        if std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|t| t != "dumb") {
            let bar = ProgressBar::with_draw_target(Some(pending), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{wide_bar} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style);
            self.bar = Some(bar);
        }
    }

    fn progress(&mut self, progress: &Progress) {
        let text = describe(progress);
        if let Some(bar) = &self.bar {
            bar.set_position(progress.done);
            bar.set_message(text);
            bar.tick();
            return;
        }
        let tenth = progress.done * 10 / progress.pending.max(1);
        if tenth > self.told {
            self.told = tenth;
            self.say(&text);
        }
    }

    fn note(&mut self, text: &str) {
        self.say(&format!("spikesweep: {text}"));
    }
}

fn describe(progress: &Progress) -> String {
    let seconds = progress.elapsed.as_secs_f64().max(1e-9);
    let rate = progress.done as f64 / seconds;
    let left = (progress.pending - progress.done.min(progress.pending)) as f64 / rate.max(1e-9);
    let percent = 100 * progress.done / progress.pending.max(1);
    let eta =
        if progress.done == 0 { "?".to_string() } else { duration(Duration::from_secs_f64(left.min(1e9))) };
    format!(
        "{}/{} points ({percent} %), {rate:.1}/s, ETA {eta}, {:.1}x real time",
        progress.done,
        progress.pending,
        progress.simulated / seconds
    )
}

/// `1:02:03` or `2:03`.
pub fn duration(time: Duration) -> String {
    let s = time.as_secs();
    match s / 3600 {
        0 => format!("{}:{:02}", s / 60, s % 60),
        h => format!("{h}:{:02}:{:02}", s / 60 % 60, s % 60),
    }
}
