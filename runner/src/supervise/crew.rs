//! The parent's loop: slots for workers, one poll, and what follows from each event.

use super::patience::{Blame, Durations, StallWatch, Storm, backoff};
use super::*;
use crate::channel::{Doorbell, Receiver, Sender, WorkerMessage, channel, prepare};
use crate::fork::{Child, Setup, fork};
use crate::{claims::SERIALS, cpus};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
use nix::sys::wait::WaitStatus;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

mod deaths;
mod messages;
mod ticks;

type Work<'a> = &'a dyn Fn(&WorkerContext<'_>) -> Result<(), WorkerError>;

/// A place for a worker: it has an arena and words of its own, whoever works there.
#[derive(Default)]
struct Slot {
    live: Option<Live>,
    restarts: u32,
    not_before: Option<Instant>,
}

struct Live {
    child: Child,
    receiver: Receiver,
    serial: u32,
    finished: bool,
    /// Why it will be dead soon, if the parent knows better than the exit status.
    cause: Option<How>,
    watch: StallWatch,
    since: Instant,
}

/// A claim over which a worker died, until it is tried again.
struct Parked {
    claim: usize,
    due: Instant,
    /// Whether that was one of its attempts.
    is_blamed: bool,
}

/// Why the workers were asked to stop, and until when they may take to do so.
struct Ending {
    outcome: Outcome,
    deadline: Instant,
}

pub(super) struct Crew<'a> {
    config: &'a Config,
    stage: Stage<'a>,
    worker: Work<'a>,
    events: &'a mut dyn Events,
    stop_words: Vec<&'a AtomicI64>,
    step_words: Vec<&'a AtomicU64>,
    cpus: Vec<usize>,
    bell: Doorbell,
    timer: TimerFd,
    slots: Vec<Slot>,
    parked: Vec<Parked>,
    ending: Option<Ending>,
    signalled: bool,
    storm: Storm,
    durations: Durations,
    quarantined: Vec<usize>,
    /// Workers at the same time, at most.
    most: usize,
    /// Processes that the system had killed for want of memory when that was last looked at, and the time before.
    starved: [u64; 2],
    looked: Instant,
    started: u32,
    deaths: u32,
    last_tick: Instant,
}

fn refused(what: &'static str) -> impl Fn(Errno) -> SuperviseError {
    move |errno| SuperviseError::System { what, errno }
}

impl<'a> Crew<'a> {
    pub(super) fn gather(
        config: &'a Config,
        stage: Stage<'a>,
        worker: Work<'a>,
        events: &'a mut dyn Events,
    ) -> Result<Crew<'a>, SuperviseError> {
        let workers = config.workers.max(1);
        if stage.claims.workers() < workers {
            return Err(SuperviseError::Room { room: stage.claims.workers(), workers });
        }
        let mut stop_words = Vec::new();
        for &offset in &config.stop_words {
            stop_words.push(&stage.segment.atomics_i64(offset, 1)?[0]);
        }
        let mut step_words = Vec::new();
        for &offset in &config.step_words {
            step_words.push(&stage.segment.atomics_u64(offset, 1)?[0]);
        }
        prepare()?;
        let flags = TimerFlags::TFD_CLOEXEC | TimerFlags::TFD_NONBLOCK;
        Ok(Crew {
            cpus: if config.pin { cpus::allowed() } else { Vec::new() },
            bell: Doorbell::new().map_err(refused("a doorbell"))?,
            timer: TimerFd::new(ClockId::CLOCK_MONOTONIC, flags).map_err(refused("a timer"))?,
            slots: (0..workers).map(|_| Slot::default()).collect(),
            storm: Storm::new(workers, config.storm),
            parked: Vec::new(),
            ending: None,
            signalled: false,
            durations: Durations::default(),
            quarantined: Vec::new(),
            most: workers,
            starved: [crate::memory::starved_processes(); 2],
            looked: Instant::now(),
            started: 0,
            deaths: 0,
            last_tick: Instant::now(),
            config,
            stage,
            worker,
            events,
            stop_words,
            step_words,
        })
    }

    pub(super) fn run(mut self) -> Result<Report, SuperviseError> {
        loop {
            self.release_parked();
            self.spawn_wanted()?;
            if self.live() == 0 && (self.ending.is_some() || (self.parked.is_empty() && !self.has_work())) {
                break;
            }
            let ended = self.wait()?;
            self.hear_signals();
            self.bell.quiet();
            for slot in 0..self.slots.len() {
                if self.stage.claims.rung(slot).swap(0, Ordering::AcqRel) != 0 {
                    self.listen(slot);
                }
            }
            ended.into_iter().for_each(|slot| self.bury(slot));
            self.tick_if_due();
            self.kill_if_overdue();
        }
        Ok(self.report())
    }

    fn report(&mut self) -> Report {
        self.parked.drain(..).for_each(|p| self.stage.claims.release(p.claim, p.is_blamed));
        Report {
            outcome: self.ending.take().map_or(Outcome::Finished, |ending| ending.outcome),
            counts: self.stage.claims.counts(),
            quarantined: std::mem::take(&mut self.quarantined),
            started: self.started,
            deaths: self.deaths,
        }
    }

    fn live(&self) -> usize {
        self.slots.iter().filter(|slot| slot.live.is_some()).count()
    }

    fn has_work(&self) -> bool {
        self.stage.claims.has_free(1)
    }

    fn release_parked(&mut self) {
        let (now, claims) = (Instant::now(), self.stage.claims);
        self.parked.retain(|parked| {
            let waits = parked.due > now;
            if !waits {
                claims.release(parked.claim, parked.is_blamed);
            }
            waits
        });
    }

    /// Starts workers while more claims are free than there are workers about to take one.
    fn spawn_wanted(&mut self) -> Result<(), SuperviseError> {
        let now = Instant::now();
        for index in 0..self.slots.len() {
            let slot = &self.slots[index];
            if self.ending.is_some() || slot.live.is_some() || slot.not_before.is_some_and(|due| due > now) {
                continue;
            }
            if self.live() >= self.most {
                break;
            }
            let about_to_take = |(index, slot): &(usize, &Slot)| {
                slot.live
                    .as_ref()
                    .is_some_and(|live| !live.finished && self.stage.claims.working_on(*index).is_none())
            };
            let idle = self.slots.iter().enumerate().filter(about_to_take).count();
            if !self.stage.claims.has_free(idle + 1) {
                break;
            }
            match self.spawn(index) {
                Ok(()) => {}
                Err(error @ SuperviseError::Fork(ForkError::Threads(_))) => return Err(error),
                // Too many processes or descriptors: fewer workers do it too.
                Err(_) if self.live() > 0 => {
                    self.slots[index].not_before = Some(now + Duration::from_secs(1));
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn spawn(&mut self, index: usize) -> Result<(), SuperviseError> {
        let (sender, receiver) = channel(&self.bell)?;
        let serial = self.started % SERIALS;
        self.stage.claims.rest(index);
        let setup = Setup {
            mask: self.stage.signals.original(),
            cpu: cpus::cpu_of(index, self.slots.len(), &self.cpus),
        };
        let sender = sender.announcing(self.stage.claims.rung(index));
        let mut ends = Some((sender, receiver));
        let child = fork(&setup, || {
            // The child keeps its sender; every other end is closed, so that a death is noticed.
            self.slots.iter_mut().for_each(|slot| slot.live = None);
            match ends.take() {
                Some((sender, receiver)) => {
                    drop(receiver);
                    self.work(index, serial, sender)
                }
                None => 1,
            }
        })?;
        let Some((_, receiver)) = ends.take() else { return Ok(()) }; // drops the sender
        let slot = &mut self.slots[index];
        let (watch, since) = (StallWatch::default(), Instant::now());
        slot.live = Some(Live { child, receiver, serial, finished: false, cause: None, watch, since });
        self.started += 1;
        Ok(())
    }

    /// In the child.
    fn work(&self, index: usize, serial: u32, sender: Sender<'_>) -> i32 {
        let Stage { segment, claims, .. } = self.stage;
        let context =
            WorkerContext { index, serial, restarts: self.slots[index].restarts, segment, claims, sender };
        let last = match context.sender.send(WorkerMessage::Ready).and_then(|()| (self.worker)(&context)) {
            Ok(()) => WorkerMessage::Finished,
            Err(error) => WorkerMessage::Failed(error),
        };
        let failed = matches!(last, WorkerMessage::Failed(_));
        i32::from(context.sender.send(last).is_err() || failed)
    }

    /// Sleeps until something happens or is due. Returns the slots whose workers have ended.
    fn wait(&self) -> Result<Vec<usize>, SuperviseError> {
        let now = Instant::now();
        let soon = now + Duration::from_micros(1);
        let due = [soon.max(self.last_tick + self.config.tick)].into_iter();
        let due = due.chain(self.parked.iter().map(|parked| parked.due));
        let due = due
            .chain(self.slots.iter().filter(|slot| slot.live.is_none()).filter_map(|slot| slot.not_before));
        let due = due.chain(self.ending.as_ref().map(|ending| ending.deadline)).filter(|&due| due > now);
        let pause = due.min().map_or(self.config.tick, |due| due - now);
        let once = Expiration::OneShot(TimeSpec::from_duration(pause));
        self.timer.set(once, TimerSetTimeFlags::empty()).map_err(refused("to set a timer"))?;
        let mut polled = vec![self.stage.signals.as_fd(), self.bell.as_fd(), self.timer.as_fd()];
        let live: Vec<_> =
            self.slots.iter().enumerate().filter_map(|(k, slot)| Some((k, slot.live.as_ref()?))).collect();
        polled.extend(live.iter().map(|(_, live)| live.child.as_fd()));
        let mut polled: Vec<_> = polled.into_iter().map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
        match poll(&mut polled, PollTimeout::NONE) {
            Ok(_) => {}
            Err(Errno::EINTR) => return Ok(Vec::new()),
            Err(errno) => return Err(refused("to wait for workers")(errno)),
        }
        let ends = polled[polled.len() - live.len()..].iter();
        Ok(live
            .iter()
            .zip(ends)
            .filter(|(_, end)| end.any() == Some(true))
            .map(|((slot, _), _)| *slot)
            .collect())
    }

    fn hear_signals(&mut self) {
        while let Some(signal) = self.stage.signals.next() {
            let first = !std::mem::replace(&mut self.signalled, true);
            self.events.on_signal(signal, first);
            self.end(Outcome::Stopped(signal));
            if !first {
                self.kill_all();
            }
        }
    }

    /// Asks all workers to stop. The first reason stands.
    fn end(&mut self, outcome: Outcome) {
        self.stage.claims.stop().store(1, Ordering::Release);
        self.stop_words.iter().for_each(|word| word.store(1, Ordering::Release));
        let deadline = Instant::now() + self.config.grace;
        match &mut self.ending {
            None => self.ending = Some(Ending { outcome, deadline }),
            // A fault that was met while stopping is what must be told.
            Some(ending) if matches!(outcome, Outcome::Failed(_)) => ending.outcome = outcome,
            Some(_) => {}
        }
    }

    fn kill_all(&self) {
        self.slots.iter().filter_map(|slot| slot.live.as_ref()).for_each(|live| live.child.kill());
    }

    fn kill_if_overdue(&self) {
        if self.ending.as_ref().is_some_and(|ending| ending.deadline <= Instant::now()) {
            self.kill_all();
        }
    }
}

impl Live {
    /// Kills it for a reason that is kept.
    fn accuse(&mut self, how: How) {
        self.cause.get_or_insert(how);
        self.child.kill();
    }
}

impl Drop for Crew<'_> {
    /// After a fault of the parent's own: leaves no worker behind.
    fn drop(&mut self) {
        self.kill_all();
        self.slots.iter().filter_map(|slot| slot.live.as_ref()).for_each(|live| {
            live.child.reap();
        });
    }
}
