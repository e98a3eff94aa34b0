//! What time brings: progress, and workers that do not move.

use super::*;

/// How often the number of processes that the system killed is looked at: deaths are noticed much sooner.
const LOOKS: Duration = Duration::from_secs(5);

impl Crew<'_> {
    pub(super) fn tick_if_due(&mut self) {
        let now = Instant::now();
        let elapsed = now - self.last_tick;
        if elapsed < self.config.tick {
            return;
        }
        self.last_tick = now;
        if now - self.looked > LOOKS {
            self.starved = [crate::memory::starved_processes(), self.starved[0]];
            self.looked = now;
        }
        self.watch(elapsed.min(2 * self.config.tick)); // longer only if the parent itself was held
        let progress =
            Progress { counts: self.stage.claims.counts(), live: self.live(), deaths: self.deaths };
        if self.events.on_tick(&progress) == Flow::Stop {
            self.end(Outcome::Requested);
        }
    }

    /// Kills workers that have not moved for too long.
    fn watch(&mut self, elapsed: Duration) {
        let Some(limit) = self.config.stall else { return };
        let limit = limit.max(20 * self.durations.median());
        let claims = self.stage.claims;
        for (index, slot) in self.slots.iter_mut().enumerate() {
            let Some(live) = &mut slot.live else { continue };
            let step = self.step_words.get(index).map_or(0, |word| word.load(Ordering::Relaxed));
            let beat = claims.heartbeat(index).load(Ordering::Relaxed);
            let place = claims.working_on(index).map_or(0, |claim| claim as u64 + 1);
            let words = step ^ beat.rotate_left(24) ^ place.rotate_left(48);
            if live.watch.look(words, elapsed, || live.child.is_stopped()) > limit {
                live.accuse(How::Stalled);
            }
        }
    }
}
