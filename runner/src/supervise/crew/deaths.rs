//! The end of a worker: what it said last, what it held, and whom to blame.

use super::*;

/// Pauses before another worker tries grow up to 0.4 s where none got as far as a claim, up to 6.4 s for want of memory.
const STARTS: u32 = 2;
const STARVED: u32 = 4;

impl Crew<'_> {
    /// If the worker in a slot has ended: hears its last messages, and sees to what it held.
    pub(super) fn bury(&mut self, index: usize) {
        let Some(status) = self.slots[index].live.as_ref().and_then(|live| live.child.try_reap()) else {
            return;
        };
        self.listen(index);
        let Some(live) = self.slots[index].live.take() else { return };
        let claims = self.stage.claims;
        let held = claims.held_by(live.serial);
        let how = live.cause.clone().or(match status {
            WaitStatus::Exited(_, 0) if live.finished && held.is_empty() => None,
            WaitStatus::Signaled(_, Signal::SIGKILL, _) if self.starved() => Some(How::Starved),
            WaitStatus::Signaled(_, signal, _) => Some(How::Signalled(signal as i32)),
            WaitStatus::Exited(_, code) => Some(How::Exited(code)),
            _ => Some(How::Exited(-1)),
        });
        self.slots[index].restarts += 1;
        let fatal = match &how {
            Some(How::Failed(error)) if error.class.is_final() => Some(error.clone()),
            _ => None,
        };
        if let Some(error) = fatal {
            self.end(Outcome::Failed(error));
        }
        match how {
            Some(how) if self.ending.is_none() => self.mourn(index, &live, how, &held),
            _ => held.iter().for_each(|&claim| claims.release(claim, false)),
        }
    }

    /// Whether the system has killed processes for want of memory in the last seconds.
    fn starved(&self) -> bool {
        crate::memory::starved_processes() > self.starved[1]
    }

    /// A death that was not planned: blames the claim that was being worked on, frees the others.
    fn mourn(&mut self, index: usize, live: &Live, how: How, held: &[usize]) {
        let claims = self.stage.claims;
        let current = claims.working_on(index).filter(|claim| held.contains(claim));
        let claim = current.or(held.first().copied());
        held.iter().filter(|&&other| Some(other) != claim).for_each(|&other| claims.release(other, false));
        let death = Death {
            worker: index,
            serial: live.serial,
            pid: live.child.pid.as_raw(),
            how,
            claim,
            attempts: claim.map_or(0, |claim| claims.attempts(claim)),
            step: self.step_words.get(index).map(|word| word.load(Ordering::Relaxed)),
        };
        self.deaths += 1;
        let blame = match claim {
            _ if death.how == How::Starved => Blame::Memory,
            Some(_) => Blame::Claim,
            None => Blame::Start,
        };
        let enough = blame == Blame::Claim && death.attempts >= self.config.attempts;
        let proposed = if enough { Decision::Quarantine } else { Decision::Retry };
        let decision = self.events.on_worker_died(&death, proposed);
        let is_storm = self.count(blame);
        let due = Instant::now() + self.pause(blame, death.attempts);
        match blame {
            Blame::Claim => self.slots[index].not_before = None,
            Blame::Start => self.slots[index].not_before = Some(due),
            // Nor may another slot be taken sooner.
            Blame::Memory => {
                let empty = self.slots.iter_mut().filter(|slot| slot.live.is_none());
                empty.for_each(|slot| slot.not_before = Some(due));
            }
        }
        match (decision, claim) {
            (Decision::Quarantine, Some(claim)) => {
                claims.give_up(claim);
                self.quarantined.push(claim);
            }
            (_, Some(claim)) => {
                self.parked.push(Parked { claim, due, is_blamed: blame == Blame::Claim });
            }
            (_, None) => {}
        }
        if decision == Decision::Stop {
            self.end(Outcome::Requested);
        } else if is_storm && (self.has_work() || !self.parked.is_empty()) {
            self.end(Outcome::Storm(death));
        }
    }

    /// Counts a death; whether it is one too many.
    fn count(&mut self, blame: Blame) -> bool {
        let others = self.live();
        if blame == Blame::Memory {
            // With less memory, fewer workers.
            self.most = others.max(1);
        }
        (blame != Blame::Memory || others == 0) && self.storm.death(blame)
    }

    /// Before the claim is tried again, or another worker tries to get that far.
    fn pause(&self, blame: Blame, attempts: u32) -> Duration {
        let times = match blame {
            Blame::Claim => attempts,
            Blame::Start => self.storm.starts().min(STARTS),
            Blame::Memory => self.storm.starved().clamp(1, STARVED),
        };
        backoff(self.config.backoff, times)
    }
}
