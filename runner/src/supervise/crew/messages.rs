//! What workers say, and what of it is believed.

use super::*;

impl Crew<'_> {
    /// Handles all messages that are there.
    pub(super) fn listen(&mut self, index: usize) {
        while let Some(live) = &mut self.slots[index].live {
            match live.receiver.hear() {
                Ok(None) => return,
                Ok(Some(WorkerMessage::Batch { payload, done })) => self.take_batch(index, &payload.0, done),
                Ok(Some(WorkerMessage::Finished)) => live.finished = true,
                Ok(Some(WorkerMessage::Failed(error))) => {
                    live.cause = live.cause.take().or(Some(How::Failed(error)))
                }
                Ok(Some(WorkerMessage::Ready | WorkerMessage::Piece(_))) => {}
                Err(what) => live.accuse(How::BadMessage(what)),
            }
        }
    }

    fn take_batch(&mut self, index: usize, record: &[u8], done: Option<u64>) {
        let Some(live) = &mut self.slots[index].live else { return };
        if matches!(live.cause, Some(How::BadMessage(_))) {
            return;
        }
        let claim = done.map(|claim| usize::try_from(claim).unwrap_or(usize::MAX));
        if let Some(claim) = claim.filter(|&claim| !self.stage.claims.is_held_by(claim, live.serial)) {
            return live.accuse(How::BadMessage(format!("claim {claim} is done, but was not its own")));
        }
        let flow = self.events.on_batch(index, record);
        if let Some(claim) = claim {
            self.stage.claims.finish(claim);
            self.storm.success();
            self.durations.add(live.since.elapsed());
            live.since = Instant::now();
        }
        if flow == Flow::Stop {
            self.end(Outcome::Requested);
        }
    }
}
