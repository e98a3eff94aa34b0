//! Messages from a worker to the parent, over ipc-channel. It hides its descriptors, so a worker rings a doorbell
//! (an eventfd) after each message; `send` blocks while the socket is full, so the parent never stops listening.
//! Long payloads travel in pieces, because a message larger than the socket would make the reader wait.
//! Refuses (reports as broken) a message that is none of ours.

use ipc_channel::TryRecvError;
use ipc_channel::ipc::{self, IpcReceiver, IpcSender};
use nix::sys::eventfd::{EfdFlags, EventFd};
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Payload bytes in one message: well below what a socket takes at once.
const PIECE: usize = 64 * 1024;

/// What a worker says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkerMessage {
    /// It is set up and about to take its first claim.
    Ready,
    /// A piece of a batch's record; more follow.
    Piece(Payload),
    /// The rest of a batch's record, and the claim that it completes.
    Batch {
        /// Bytes that only the callback understands.
        payload: Payload,
        /// The claim that is done with this.
        done: Option<u64>,
    },
    /// No claim is left for it, or it was told to stop: it leaves.
    Finished,
    /// It cannot go on.
    Failed(WorkerError),
}

/// Why a worker cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct WorkerError {
    /// What kind of fault it is.
    pub class: FaultClass,
    /// What happened.
    pub message: String,
}

/// What a fault of a worker means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultClass {
    /// This claim cannot be computed: as if the worker had died over it.
    Claim,
    /// The system gives no memory (or another resource): the run stops.
    System,
    /// Results cannot be written: the run stops.
    Output,
    /// A fault of ours: the run stops.
    Internal,
}

/// Bytes, serialised as such and not number by number.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Payload(pub Vec<u8>);

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Payload, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Payload;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "bytes")
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Payload, E> {
                Ok(Payload(bytes.to_vec()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Payload, A::Error> {
                Err(A::Error::custom("bytes expected"))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// Rung by workers, polled by the parent.
#[derive(Debug, Clone)]
pub struct Doorbell(Arc<EventFd>);

impl Doorbell {
    /// A new doorbell.
    pub fn new() -> nix::Result<Doorbell> {
        let bell = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?;
        Ok(Doorbell(Arc::new(bell)))
    }

    fn ring(&self) {
        let _ = self.0.write(1); // full means rung
    }

    /// Forgets that it was rung. To be called before listening.
    pub fn quiet(&self) {
        let _ = self.0.read();
    }
}

impl AsFd for Doorbell {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// A channel from one worker. The parent drops the sender once it has forked, the worker the receiver.
pub fn channel<'s>(bell: &Doorbell) -> io::Result<(Sender<'s>, Receiver)> {
    let (sender, receiver) = ipc::channel()?;
    let receiver = Receiver { receiver, pieces: Vec::new(), open: true };
    Ok((Sender { sender, bell: bell.clone(), flag: None }, receiver))
}

/// Makes the library ask for the socket's size now, where a refusal is an error and not a panic later.
pub fn prepare() -> io::Result<()> {
    // The library opens a socket pair of its own for this, so there must be room for two at once.
    let spare = ipc::channel::<()>()?;
    let (_sender, receiver) = ipc::channel::<()>()?;
    drop(spare);
    let _ = receiver.try_recv();
    Ok(())
}

/// The worker's end.
#[derive(Debug)]
pub struct Sender<'s> {
    sender: IpcSender<WorkerMessage>,
    bell: Doorbell,
    flag: Option<&'s AtomicU64>,
}

impl<'s> Sender<'s> {
    /// Sets `flag` whenever something was sent, before the doorbell rings.
    pub fn announcing(self, flag: &'s AtomicU64) -> Sender<'s> {
        Sender { flag: Some(flag), ..self }
    }

    /// Sends a message; waits while the parent is behind. Fails if the parent is gone.
    pub fn send(&self, message: WorkerMessage) -> Result<(), WorkerError> {
        let sent = self.sender.send(message);
        self.flag.inspect(|flag| flag.store(1, Ordering::Release));
        self.bell.ring();
        sent.map_err(|error| WorkerError {
            class: FaultClass::Internal,
            message: format!("no parent: {error}"),
        })
    }

    /// Sends the record of a batch, however long, and the claim that is done with it.
    pub fn batch(&self, record: &[u8], done: Option<usize>) -> Result<(), WorkerError> {
        let (pieces, rest) = record.split_at(record.len().saturating_sub(1) / PIECE * PIECE);
        for piece in pieces.chunks(PIECE) {
            self.send(WorkerMessage::Piece(Payload(piece.to_vec())))?;
        }
        self.send(WorkerMessage::Batch {
            payload: Payload(rest.to_vec()),
            done: done.map(|done| done as u64),
        })
    }
}

/// The parent's end.
#[derive(Debug)]
pub struct Receiver {
    receiver: IpcReceiver<WorkerMessage>,
    pieces: Vec<u8>,
    open: bool,
}

impl Receiver {
    /// The next message that is complete, pieces put together. `None`: nothing there now, or nothing any more.
    pub fn hear(&mut self) -> Result<Option<WorkerMessage>, String> {
        while self.open {
            match self.receiver.try_recv() {
                Ok(WorkerMessage::Piece(piece)) => self.pieces.extend_from_slice(&piece.0),
                Ok(WorkerMessage::Batch { payload, done }) if !self.pieces.is_empty() => {
                    let mut whole = std::mem::take(&mut self.pieces);
                    whole.extend_from_slice(&payload.0);
                    return Ok(Some(WorkerMessage::Batch { payload: Payload(whole), done }));
                }
                Ok(message) => return Ok(Some(message)),
                Err(TryRecvError::Empty) => return Ok(None),
                Err(TryRecvError::IpcError(ipc_channel::IpcError::Disconnected)) => self.open = false,
                Err(TryRecvError::IpcError(error)) => {
                    self.open = false;
                    return Err(error.to_string());
                }
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_arrive_in_order_and_long_ones_whole() {
        let bell = Doorbell::new().unwrap();
        let (sender, mut receiver) = channel(&bell).unwrap();
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1] {
            let record: Vec<u8> = (0..length).map(|k| (k * 7 % 251) as u8).collect();
            sender.batch(&record, Some(length)).unwrap();
            let expected = WorkerMessage::Batch { payload: Payload(record), done: Some(length as u64) };
            assert_eq!(receiver.hear(), Ok(Some(expected)), "{length}");
        }
        let fault = WorkerError { class: FaultClass::Output, message: "full".into() };
        sender.send(WorkerMessage::Failed(fault.clone())).unwrap();
        sender.send(WorkerMessage::Finished).unwrap();
        assert_eq!(receiver.hear(), Ok(Some(WorkerMessage::Failed(fault))));
        assert_eq!(receiver.hear(), Ok(Some(WorkerMessage::Finished)));
        assert_eq!(receiver.hear(), Ok(None));
        assert!(receiver.open);
        drop(sender);
        assert_eq!(receiver.hear(), Ok(None));
        assert!(!receiver.open);
    }

    #[test]
    fn a_record_much_longer_than_the_socket_gets_through_a_listening_parent() {
        let bell = Doorbell::new().unwrap();
        let (sender, mut receiver) = channel(&bell).unwrap();
        let record: Vec<u8> = (0..5_000_000u32).map(|k| (k % 253) as u8).collect();
        std::thread::scope(|scope| {
            let record = &record;
            scope.spawn(move || {
                sender.send(WorkerMessage::Ready).unwrap();
                sender.batch(record, None).unwrap();
            });
            let mut next = || loop {
                if let Some(message) = receiver.hear().unwrap() {
                    return message;
                }
                std::thread::yield_now();
            };
            assert_eq!(next(), WorkerMessage::Ready);
            assert_eq!(next(), WorkerMessage::Batch { payload: Payload(record.clone()), done: None });
        });
    }

    #[test]
    fn a_message_that_is_none_of_ours_is_reported() {
        let bell = Doorbell::new().unwrap();
        let (sender, mut receiver) = channel(&bell).unwrap();
        let foreign: IpcSender<String> = sender.sender.clone().to_opaque().to();
        foreign.send("\u{7f}\u{7f}".into()).unwrap();
        assert!(receiver.hear().is_err());
        assert_eq!(receiver.hear(), Ok(None));
    }
}
