//! `[run]`: duration, time step, seed, and choices for the whole run.

use kernels::language::ast::{Expr, ExprKind, Span, TextId};
use kernels::language::codes as language;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::units;
use kernels::layout::real;

use super::formula;
use super::parameters::Parameters;
use super::phase_values;
use crate::points::{PhaseFormulas, RunFormulas};
use crate::texts::Texts;
use crate::written::{self, Scalar, Text};
use crate::{codes, format};

/// What the random numbers of the dynamics depend on, besides seed, repeat and object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Noise {
    /// On the configuration, too: each has noise of its own.
    #[default]
    Independent,
    /// On nothing else: all configurations see the same noise.
    Common,
}

/// `[run]`, checked.
pub struct Run {
    /// Duration, time step, seed.
    pub formulas: RunFormulas,
    /// What noise depends on.
    pub noise: Noise,
    /// Seconds on the clock after which the state of a point is kept.
    pub checkpoint: Option<f64>,
}

/// `[[phase]]`, as written and with its values checked.
pub struct Phases<'a> {
    /// As written.
    pub written: &'a [written::Phase],
    /// Those that were not refused.
    pub checked: Vec<PhaseFormulas>,
}

/// Checks `[run]`; `None` if a part was refused.
pub fn check(
    written: &written::Run,
    phases: Phases<'_>,
    main: TextId,
    parameters: &Parameters,
    texts: &Texts,
    faults: &mut Vec<Fault>,
) -> Option<Run> {
    let mut context = Context { parameters, texts, faults };
    if written.duration.is_none() && phases.written.is_empty() {
        let span = if written.span == Span::default() {
            Span { text: main, start: 0, end: 0 }
        } else {
            written.span
        };
        let fault = Fault::new(codes::MISSING_KEY, span, "[run] has no 'duration'");
        context.faults.push(fault.help("for example: duration = \"1 s\""));
    }
    let own = written.duration.as_ref();
    context.faults.extend(own.and_then(|own| phase_values::beside_duration(own, phases.written)));
    let duration = match phases.written.is_empty() {
        true => own.and_then(|s| context.value(s, Dimension::TIME, "the duration")),
        false => phase_values::total(&phases.checked),
    };
    let dt = match &written.dt {
        Some(dt) => context.value(dt, Dimension::TIME, "the time step"),
        None => Some(Expr { kind: ExprKind::Real(default_dt()), span: written.span }),
    };
    let seed = match &written.seed {
        Some(seed) => context.seed(seed),
        None => Some(Expr { kind: ExprKind::Integer(format::DEFAULT_SEED), span: written.span }),
    };
    let noise = context.choice(written.noise, "noise", &format::NOISE);
    context.choice(written.arithmetic, "arithmetic", &format::ARITHMETIC);
    context.choice(written.precision, "precision", &format::PRECISION);
    let checkpoint = match &written.checkpoint {
        Some(time) => Some(context.checkpoint(time)?),
        None => None,
    };
    let formulas = RunFormulas { duration: duration?, dt: dt?, seed: seed?, phases: phases.checked };
    let noise = if noise == Some(1) { Noise::Common } else { Noise::Independent };
    Some(Run { formulas, noise, checkpoint })
}

/// The time step, where the job gives none.
fn default_dt() -> f64 {
    let read = units::quantity(format::DEFAULT_DT).and_then(Result::ok);
    read.expect("the description gives the default time step as a quantity").0
}

struct Context<'a> {
    parameters: &'a Parameters,
    texts: &'a Texts,
    faults: &'a mut Vec<Fault>,
}

impl Context<'_> {
    fn value(&mut self, scalar: &Scalar, dimension: Dimension, what: &str) -> Option<Expr> {
        let checked = formula::read(scalar, self.texts).map_err(|f| vec![f]).and_then(|formula| {
            self.parameters.only_numbers(&formula.expr, what)?;
            formula.expect(&self.parameters.scope(), dimension, what)?;
            Ok(formula.expr)
        });
        match checked {
            Ok(expr) => Some(expr),
            Err(more) => {
                self.faults.extend(self.parameters.quieted(more, self.texts));
                None
            }
        }
    }

    /// A seed; no word stands for one that is drawn.
    fn seed(&mut self, scalar: &Scalar) -> Option<Expr> {
        let before = self.faults.len();
        let found = self.value(scalar, Dimension::NONE, "the seed");
        for fault in self.faults[before..].iter_mut().filter(|f| f.code == language::UNKNOWN_NAME) {
            fault.help = Some("the seed is a whole number from 0 on, such as seed = 1; repeat = 5 in [[sweep]] draws others".into());
        }
        found
    }

    /// A time on the clock, in seconds. It is that of the machine: no parameter changes it.
    fn checkpoint(&mut self, scalar: &Scalar) -> Option<f64> {
        let expr = self.value(scalar, Dimension::TIME, "the time between checkpoints")?;
        let refused = match formula::names(&expr).first() {
            Some((name, span)) => {
                Fault::new(codes::RUN, *span, format!("'checkpoint' cannot depend on '{name}'"))
                    .help("it is a time on the clock, not of the model")
            }
            None => {
                match real(&expr, &|_: &str| None).filter(|seconds| *seconds > 0.0 && seconds.is_finite()) {
                    Some(seconds) => return Some(seconds),
                    None => Fault::new(codes::RUN, expr.span, "'checkpoint' must be more than 0 s")
                        .help("leave it out to keep no state"),
                }
            }
        };
        self.faults.push(refused);
        None
    }

    /// The number of the choice.
    fn choice(&mut self, text: Option<Text>, key: &str, choices: &format::Choices) -> Option<usize> {
        let found = choice(Some(text?), key, choices, self.texts);
        found.map_err(|fault| self.faults.push(fault)).ok()
    }
}

/// The number of a choice; without a text the first.
pub fn choice(
    text: Option<Text>,
    key: &str,
    choices: &format::Choices,
    texts: &Texts,
) -> Result<usize, Fault> {
    let Some(text) = text else { return Ok(0) };
    let given = texts.get(text.id);
    if let Some(found) = choices.names.iter().position(|c| *c == given) {
        return Ok(found);
    }
    if choices.later.contains(&given) {
        let message = format!("{key} = \"{given}\" is not supported yet");
        return Err(Fault::new(codes::UNSUPPORTED, text.span, message));
    }
    let message = format!("'{key}' cannot be '{given}'");
    Err(Fault::new(codes::CHOICE, text.span, message).help(format!("choices: {}", choices.names.join(", "))))
}
