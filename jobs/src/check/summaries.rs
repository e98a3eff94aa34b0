//! `[summary]`: one number a point. A line is an operation on a part of a group or on a variable of it, with further
//! arguments and a condition on time at last: `fano(P[:10], 100*ms, t > 1*second)`.
//!
//! [`OPERATIONS`] says what each operation is of and what it needs; a new one is a line there, and an arm of `kind`.
//! Refuses unknown operations, missing and surplus arguments, and names of columns that are there anyway.

use kernels::language::ast::{Expr, ExprKind, Span};
use kernels::language::check::{self, Symbol};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::parser::{self, NoSummary, SummaryText};
use kernels::language::{self, interval, suggest};
use kernels::model::{Model, Population, Reduce, Reduction, ReductionKind, Slice, SpikeStatistic};

use super::model::Checker;
use crate::tree::Key;
use crate::written::Text;
use crate::{codes, format};

/// What an operation is of.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Variable,
    Spikes,
}

struct Operation {
    name: &'static str,
    of: Of,
    /// Arguments besides the first one and the condition.
    needs: usize,
    usage: &'static str,
}

const fn of_variable(name: &'static str, usage: &'static str) -> Operation {
    Operation { name, of: Of::Variable, needs: 0, usage }
}

const fn of_spikes(name: &'static str, needs: usize, usage: &'static str) -> Operation {
    Operation { name, of: Of::Spikes, needs, usage }
}

const OPERATIONS: &[Operation] = &[
    of_variable("min", "min(P.v)"),
    of_variable("max", "max(P.v)"),
    of_variable("mean", "mean(P.v)"),
    of_variable("std", "std(P.v)"),
    of_variable("last", "last(P.v)"),
    of_spikes("count", 0, "count(P)"),
    of_spikes("rate", 0, "rate(P)"),
    of_spikes("cv", 0, "cv(P)"),
    of_spikes("cv2", 0, "cv2(P)"),
    of_spikes("fano", 1, "fano(P, 100*ms)"),
    of_spikes("vector_strength", 1, "vector_strength(P, 10*ms)"),
    of_spikes("gamma_factor", 2, "gamma_factor(P, train, 2*ms)"),
    of_spikes("latency", 0, "latency(P)"),
];

impl Checker<'_> {
    /// A line of `[summary]`.
    pub fn summary(&mut self, key: &Key, text: Text, model: &Model) -> Option<Reduction> {
        self.well_formed(key);
        self.summary_name(key, model);
        let id = self.substituted(text.id)?;
        let parsed = match parser::summary(self.read(id), id) {
            Ok(parsed) => parsed,
            Err(NoSummary::Fault(fault)) => return self.keep(Err(vec![fault])),
            Err(NoSummary::Form) => {
                let fault = Fault::new(codes::SUMMARY, text.span, "this is not a summary");
                return self.refuse(fault.help("write rate(P), mean(P[:10].v) or fano(P, 100*ms)"));
            }
        };
        let operation = self.operation(&parsed)?;
        let (source, of) = self.of(operation, &parsed, model)?;
        self.arity(operation, &parsed, &of)?;
        let when = match parsed.arguments.get(operation.needs) {
            Some(condition) => Some(self.condition_on_time(condition)?),
            None => None,
        };
        let kind = match of {
            Some(value) => self.of_state(operation.name, value, &source, model)?,
            None => {
                self.spikes(&source, model, parsed.span, "there would be nothing to sum up");
                self.statistic(operation.name, &parsed, when.as_ref()).map(ReductionKind::Spikes)?
            }
        };
        Some(Reduction { name: key.name.clone(), source, kind, when })
    }

    /// Neurons, and the value that is summed up; none: their spikes.
    fn of(
        &mut self,
        operation: &Operation,
        parsed: &SummaryText,
        model: &Model,
    ) -> Option<(Slice, Option<Expr>)> {
        let (part, variable) = match &parsed.of {
            parser::Of::Value(value) => return self.of_value(value, model),
            parser::Of::Part(part, variable) => (part, variable),
        };
        let is_bare = variable.is_none() && part.start.is_none() && part.stop.is_none();
        let is_group = model.populations().any(|p| model.name(p) == part.name);
        if operation.of == Of::Variable && is_bare && !is_group {
            let value = Expr { kind: ExprKind::Name(part.name.clone()), span: part.name_span };
            return self.of_value(&value, model);
        }
        if model.synapses.iter().any(|s| s.name == part.name) {
            let message = "summaries of synapses are not supported yet";
            let help = "a summary takes a variable of neurons, as in mean(P.v)";
            return self.refuse(Fault::new(codes::UNSUPPORTED, part.span, message).help(help));
        }
        let source = self.part(part.clone(), model, "the summary")?;
        let value = match variable {
            Some((name, span)) => Some(self.recorded_variable(name, *span, &source, model)?.value),
            None => None,
        };
        Some((source, value))
    }

    /// An expression of the variables of one group, which its names tell.
    fn of_value(&mut self, value: &Expr, model: &Model) -> Option<(Slice, Option<Expr>)> {
        let names = super::formula::names(value);
        let has = |g: &kernels::model::Group| {
            let own = |name: &str| g.equations.iter().any(|e| e.name == name);
            names.iter().any(|(name, _)| own(name))
        };
        let found: Vec<usize> = (0..model.groups.len()).filter(|g| has(&model.groups[*g])).collect();
        let [g] = found[..] else {
            let groups: Vec<&str> = model.groups.iter().map(|g| g.name.as_str()).collect();
            let message = match found.is_empty() {
                true => "no group has such variables",
                false => "several groups have such variables",
            };
            let help = format!("write GROUP.VARIABLE, as in mean(P.v); groups: {}", groups.join(", "));
            return self.refuse(Fault::new(codes::SUMMARY, value.span, message).help(help));
        };
        Some((
            Slice { of: Population::Group(g), start: None, stop: None, span: value.span },
            Some(value.clone()),
        ))
    }

    fn of_state(&mut self, name: &str, value: Expr, source: &Slice, model: &Model) -> Option<ReductionKind> {
        let Population::Group(g) = source.of else { return None };
        let (kind, dimension) = match &value.kind {
            ExprKind::Name(name) if crate::output::has(&model.groups[g], name) => {
                crate::output::variable(&model.groups[g], name)
            }
            _ => self.typed(&value, &model.groups[g])?,
        };
        let operation = match name {
            "min" => Reduce::Minimum,
            "max" => Reduce::Maximum,
            "std" => Reduce::Deviation,
            "last" => Reduce::Last,
            _ => Reduce::Mean,
        };
        Some(ReductionKind::State { operation, value, kind, dimension })
    }

    fn operation(&mut self, parsed: &SummaryText) -> Option<&'static Operation> {
        let name = parsed.operation.as_str();
        if let Some(known) = OPERATIONS.iter().find(|o| o.name == name) {
            return Some(known);
        }
        let fault =
            Fault::new(codes::SUMMARY, parsed.operation_span, format!("there is no summary '{name}'"));
        self.refuse(match suggest::nearest(name, format::REDUCTIONS.names) {
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None => fault.help(format!("summaries: {}", format::REDUCTIONS.names.join(", "))),
        })
    }

    /// Variable or none, and as many arguments as the operation takes.
    fn arity(&mut self, operation: &Operation, parsed: &SummaryText, value: &Option<Expr>) -> Option<()> {
        let (name, usage) = (operation.name, operation.usage);
        let fault = match (value, operation.of) {
            (None, Of::Variable) => {
                Fault::new(codes::SUMMARY, parsed.span, format!("'{name}' needs a variable of a group"))
            }
            (Some(value), Of::Spikes) => Fault::new(
                codes::SUMMARY,
                value.span,
                format!("'{name}' is of spikes, and takes no variable"),
            ),
            _ if parsed.arguments.len() < operation.needs => {
                Fault::new(codes::SUMMARY, parsed.span, format!("'{name}' needs more arguments"))
            }
            _ => match parsed.arguments.get(operation.needs + 1) {
                Some(surplus) => {
                    Fault::new(codes::SUMMARY, surplus.span, format!("'{name}' takes no more arguments"))
                }
                None => return Some(()),
            },
        };
        self.refuse(fault.help(format!("write {usage}; a condition on time may stand at last: t > 100*ms")))
    }

    /// A condition on time.
    fn condition_on_time(&mut self, condition: &Expr) -> Option<Expr> {
        let result = self.parameters.only_numbers(condition, "the condition");
        self.keep(result)?;
        let time = Symbol::real(Dimension::TIME);
        let scope = self.scalars.with(&[("t", time), ("dt", time), ("t_in_timesteps", Symbol::INTEGER)]);
        let first = self.faults.len();
        let result = check::condition(condition, &scope, "the condition on time");
        let kept = self.keep(result).map(|()| condition.clone());
        let unknown = |f: &&mut Fault| f.code == language::codes::UNKNOWN_NAME;
        for fault in self.faults[first..].iter_mut().filter(unknown) {
            let near = fault.help.take().filter(|help| help.starts_with("did you mean"));
            let known = || "conditions know t, t_in_timesteps, dt and parameters".to_owned();
            fault.help = Some(near.unwrap_or_else(known));
        }
        kept
    }

    fn statistic(&mut self, name: &str, parsed: &SummaryText, when: Option<&Expr>) -> Option<SpikeStatistic> {
        let mut time = |k: usize, what: &str| self.fixed_time(&parsed.arguments[k], what);
        Some(match name {
            "rate" => SpikeStatistic::Rate,
            "cv" => SpikeStatistic::Cv,
            "cv2" => SpikeStatistic::Cv2,
            "latency" => SpikeStatistic::Latency,
            "vector_strength" => SpikeStatistic::VectorStrength { period: time(0, "the period")? },
            "fano" => {
                let window = time(0, "the window")?;
                if let Some(when) = when.filter(|when| interval::bounds(when, "t").is_none()) {
                    let message = "windows side by side need one interval of time";
                    let fault = Fault::new(codes::SUMMARY, when.span, message);
                    return self.refuse(fault.help("write bounds of t: t > 100*ms and t < 1*second"));
                }
                SpikeStatistic::Fano { window }
            }
            "gamma_factor" => {
                let delta = time(1, "the precision")?;
                SpikeStatistic::GammaFactor { train: self.train(&parsed.arguments[0])?, delta }
            }
            _ => SpikeStatistic::Count,
        })
    }

    fn fixed_time(&mut self, expr: &Expr, what: &str) -> Option<Expr> {
        let result = self.parameters.only_numbers(expr, what);
        self.keep(result)?;
        let result = check::expect(expr, &self.scalars, Dimension::TIME, what);
        self.keep(result).map(|_| expr.clone())
    }

    /// The number of an array of times.
    fn train(&mut self, expr: &Expr) -> Option<usize> {
        let refuse = |span: Span, message: String| {
            let help = "give the times in [parameters]: train = { file = \"spikes.csv\", column = \"t_ms\" }";
            Fault::new(codes::SUMMARY, span, message).help(help)
        };
        let ExprKind::Name(name) = &expr.kind else {
            return self.refuse(refuse(expr.span, "the name of a list of times stands here".into()));
        };
        let arrays = &self.parameters.arrays;
        let Some(k) = arrays.iter().position(|a| a.key.name == *name) else {
            // A parameter that was refused has its own fault.
            if self.parameters.broken.contains(name) {
                return None;
            }
            return self.refuse(refuse(expr.span, format!("'{name}' is no list of times")));
        };
        if arrays[k].dimension != Dimension::TIME {
            return self.refuse(refuse(expr.span, format!("'{name}' is a list, but not of times")));
        }
        Some(k)
    }

    /// Refuses names of columns that `summary.csv` has anyway.
    fn summary_name(&mut self, key: &Key, model: &Model) {
        let groups = model.groups.iter().map(|g| &g.name).chain(model.poisson.iter().map(|g| &g.name));
        let groups = groups.chain(model.generators.iter().map(|g| &g.name));
        let own = groups.flat_map(|g| ["spikes", "rate_Hz", "cv_isi"].map(|what| format!("{g}_{what}")));
        let mut own = own.chain(["point", "repeat", "config", "status"].map(String::from));
        if own.any(|name| name.eq_ignore_ascii_case(&key.name)) {
            let message = format!("'{}' is a column that summary.csv has anyway", key.name);
            self.faults.push(Fault::new(codes::NAME, key.span, message).help("choose another name"));
        }
    }
}
