//! Why a point did not end well, as far as columns of `errors.csv` tell it; the rest is its message.

use nix::sys::signal::Signal;

use super::bytes::{Decoded, Input, write_varint};

/// The kinds of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A value was infinite or no number.
    NotFinite,
    /// Inner steps could not keep to a tolerance.
    Tolerance,
    /// What was computed or drawn breaks a rule of the job: an impossible rate, delay or index.
    Rule,
    /// A signal ended the workers.
    Signal(i32),
    /// Workers left with this exit code.
    Exit(i32),
    /// Workers panicked.
    Panic,
    /// Workers did not move and were killed.
    Timeout,
    /// Workers said that they could not go on.
    Error,
    /// Workers sent what is no message.
    Message,
}

impl Class {
    /// The word in `errors.csv`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotFinite => "not_finite",
            Self::Tolerance => "tolerance",
            Self::Rule => "rule",
            Self::Signal(_) => "signal",
            Self::Exit(_) => "exit",
            Self::Panic => "panic",
            Self::Timeout => "timeout",
            Self::Error => "error",
            Self::Message => "message",
        }
    }

    fn code(self) -> (u8, Option<i32>) {
        match self {
            Self::NotFinite => (0, None),
            Self::Tolerance => (1, None),
            Self::Rule => (2, None),
            Self::Signal(number) => (3, Some(number)),
            Self::Exit(code) => (4, Some(code)),
            Self::Panic => (5, None),
            Self::Timeout => (6, None),
            Self::Error => (7, None),
            Self::Message => (8, None),
        }
    }
}

/// Why, and at which step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The kind.
    pub class: Class,
    /// The step of the run, where that is known; of workers that died, how many steps they had done.
    pub step: Option<u64>,
}

impl Cause {
    /// The cells `class`, `signal`, `exit` and `step`.
    #[must_use]
    pub fn cells(&self) -> [String; 4] {
        let (signal, exit) = match self.class {
            Class::Signal(number) => {
                let name = Signal::try_from(number).map(|signal| signal.as_str().to_owned());
                (name.unwrap_or_else(|_| number.to_string()), String::new())
            }
            Class::Exit(code) => (String::new(), code.to_string()),
            _ => (String::new(), String::new()),
        };
        let step = self.step.map_or_else(String::new, |step| step.to_string());
        [self.class.name().to_owned(), signal, exit, step]
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let (code, number) = self.class.code();
        out.push(code);
        number.into_iter().for_each(|number| write_varint(out, u64::from(number.cast_unsigned())));
        out.push(u8::from(self.step.is_some()));
        self.step.into_iter().for_each(|step| write_varint(out, step));
    }

    pub(super) fn read(input: &mut Input<'_>) -> Decoded<Self> {
        let class = match input.byte()? {
            0 => Class::NotFinite,
            1 => Class::Tolerance,
            2 => Class::Rule,
            3 => Class::Signal(input.varint32()?.cast_signed()),
            4 => Class::Exit(input.varint32()?.cast_signed()),
            5 => Class::Panic,
            6 => Class::Timeout,
            7 => Class::Error,
            8 => Class::Message,
            _ => return Err("a cause is unknown"),
        };
        let step = match input.byte()? {
            0 => None,
            1 => Some(input.varint()?),
            _ => return Err("a step is neither there nor absent"),
        };
        Ok(Self { class, step })
    }
}
