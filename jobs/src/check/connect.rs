//! `connect` of `[synapses.*]`: the rules that make pairs.
//!
//! Refuses rules that mix ways of choosing pairs, lists that do not match, and generators that ask for what is not known
//! when they are done.

use kernels::language::ast::{Equation, EquationKind, Expr, Flag, Span, ValueKind};
use kernels::language::check::{self, Symbol};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::{names, parser, walk};
use kernels::model::connect::Values;
use kernels::model::{Connect, Generator, Taken, Through};

use super::model::Checker;
use super::names::Names;
use super::pairs::Own;
use super::samples::Files;
use crate::codes;
use crate::written::{self, Chosen, Scalar, Text};

/// What a side of a rule is called: its own index, the other one, the suffix of variables there, the neurons there.
struct Side {
    through: Through,
    index: &'static str,
    result: &'static str,
    suffix: &'static str,
    neuron: &'static str,
    all: &'static str,
}

const OF_SOURCES: Side = Side {
    through: Through::Sources,
    index: "i",
    result: "j",
    suffix: "_post",
    neuron: "source",
    all: "N_post",
};
const OF_TARGETS: Side = Side {
    through: Through::Targets,
    index: "j",
    result: "i",
    suffix: "_pre",
    neuron: "target",
    all: "N_pre",
};

impl Checker<'_> {
    pub(super) fn connects(
        &mut self,
        written: &written::Synapses,
        scope: &Names,
        own: &Own<'_>,
        files: &mut Files<'_>,
    ) -> Vec<Connect> {
        if written.connect.is_empty() {
            let example = "connect = { p = 0.1 }, or connect = {} for all pairs";
            self.missing::<()>(&written.name, "synapses", "connect", example);
        }
        written.connect.iter().filter_map(|rule| self.connect(rule, scope, own, files)).collect()
    }

    /// The variable that numbers parallel synapses becomes one of the equations.
    pub(super) fn multisynaptic(
        &mut self,
        written: &written::Synapses,
        equations: &mut Vec<Equation>,
    ) -> Option<String> {
        let text = written.multisynaptic_index?;
        let id = self.substituted(text.id)?;
        let (name, span) = (self.texts().get(id).trim().to_owned(), text.span);
        let definable = names::definable(&name, span, names::Place::Synapses).map_err(|fault| vec![fault]);
        self.keep(definable)?;
        if let Some(equation) = equations.iter().find(|e| e.name == name) {
            let fault =
                Fault::new(codes::CONNECT, span, format!("'{name}' is a variable of the equations, too"));
            let help =
                "leave it out of the equations: it is an integer that is set when the synapses are made";
            return self.refuse(fault.also(equation.name_span, "this one").help(help));
        }
        if self.parameters.number(&name).is_some() {
            let fault = Fault::new(codes::CONNECT, span, format!("'{name}' is a parameter, too"));
            return self.refuse(fault.help("choose another name"));
        }
        equations.push(Equation {
            name: name.clone(),
            name_span: span,
            kind: EquationKind::Parameter,
            value_kind: ValueKind::Integer,
            dimension: Dimension::NONE,
            unit_span: span,
            flags: vec![(Flag::Constant, span)],
        });
        Some(name)
    }

    fn connect(
        &mut self,
        rule: &written::Connect,
        scope: &Names,
        own: &Own<'_>,
        files: &mut Files<'_>,
    ) -> Option<Connect> {
        if rule.file.is_some() {
            return self.pairs(rule, own, files);
        }
        match (&rule.i, &rule.j) {
            (None, Some(Chosen::Generated(text))) => {
                self.values_without_pairs(rule)?;
                return self.generator(rule, *text, &OF_SOURCES, scope);
            }
            (Some(Chosen::Generated(text)), None) => {
                self.values_without_pairs(rule)?;
                return self.generator(rule, *text, &OF_TARGETS, scope);
            }
            (None, None) => {}
            _ => return self.pairs(rule, own, files),
        }
        self.values_without_pairs(rule)?;
        match (&rule.out_degree, &rule.in_degree) {
            (Some(degree), None) => return self.degree(rule, degree, &OF_SOURCES, scope),
            (None, Some(degree)) => return self.degree(rule, degree, &OF_TARGETS, scope),
            (Some(_), Some(_)) => {
                let fault =
                    Fault::new(codes::CONNECT, rule.span, "'out_degree' and 'in_degree' exclude each other");
                return self.refuse(fault.help("a rule fixes the degree of one side"));
            }
            (None, None) => {}
        }
        self.only_with("'skip_if_invalid' belongs to a generator or a degree", rule.skip_if_invalid)?;
        self.only_with("'repeats' belongs to 'out_degree' or 'in_degree'", rule.repeats)?;
        if let Some(text) = rule.condition {
            self.no_generator(text)?;
        }
        let condition = rule.condition.and_then(|text| self.condition(text, scope, "'where'"));
        let p = rule.p.as_ref().and_then(|p| self.value(p, scope, Dimension::NONE, "the probability"));
        let n = self.copies(rule, scope);
        Some(Connect::Rule { condition, p, n })
    }

    /// `where = "k for k in range(3)"`: a generator where a condition stands.
    fn no_generator(&mut self, text: Text) -> Option<()> {
        let id = self.substituted(text.id)?;
        let whole = self.texts().get(id).trim().to_owned();
        match parser::generator(&whole, id) {
            Ok(parser::Generator { iteration: Some(_), .. }) => {
                let fault = Fault::new(codes::CONNECT, text.span, "this is a generator, not a condition");
                self.refuse(fault.help(format!("write j = \"{whole}\"")))
            }
            _ => Some(()),
        }
    }

    fn copies(&mut self, rule: &written::Connect, scope: &Names) -> Option<Expr> {
        rule.n.as_ref().and_then(|n| self.value(n, scope, Dimension::NONE, "the number of synapses"))
    }

    pub(super) fn only_with(&mut self, message: &str, given: Option<(bool, Span)>) -> Option<()> {
        match given {
            Some((true, span)) => self.refuse(Fault::new(codes::CONNECT, span, message)),
            _ => Some(()),
        }
    }

    /// `j = "k for k in range(i - 3, i + 4) if i != j"`
    fn generator(
        &mut self,
        rule: &written::Connect,
        text: Text,
        side: &Side,
        scope: &Names,
    ) -> Option<Connect> {
        let result = side.result;
        if let Some(condition) = rule.condition {
            let message = format!("a generator of '{result}' has no 'where'");
            let help = format!("write the condition behind it: {result} = \"... if ...\"");
            return self.refuse(Fault::new(codes::CONNECT, condition.span, message).help(help));
        }
        if let Some(p) = &rule.p {
            let message = format!("a generator of '{result}' has no 'p'");
            let help = format!("write {result} = \"k for k in sample({}, p=...)\"", side.all);
            return self.refuse(Fault::new(codes::CONNECT, p.span, message).help(help));
        }
        if let Some(degree) = rule.out_degree.as_ref().or(rule.in_degree.as_ref()) {
            let message = format!("a generator of '{result}' and a degree exclude each other");
            let help = format!("write {result} = \"k for k in sample({}, size=...)\"", side.all);
            return self.refuse(Fault::new(codes::CONNECT, degree.span, message).help(help));
        }
        self.only_with("'repeats' belongs to 'out_degree' or 'in_degree'", rule.repeats)?;
        let id = self.substituted(text.id)?;
        let parsed = parser::generator(self.texts().get(id), id).map_err(|fault| vec![fault]);
        let parsed = self.keep(parsed)?;
        let mut inner = scope.clone();
        let (mut values, mut taken, mut variable) =
            (Values { low: None, high: None, step: None }, Taken::All, None);
        if let Some(iteration) = parsed.iteration {
            self.iterated(&iteration, side, scope)?;
            inner.add(iteration.variable.as_str(), Symbol::INTEGER);
            variable = Some(iteration.variable);
            values = Values { low: iteration.low, high: Some(iteration.high), step: iteration.step };
            taken = match iteration.taken {
                parser::Taken::All => Taken::All,
                parser::Taken::Each(p) => Taken::Each(p),
                parser::Taken::Some(size) => Taken::Some(size),
            };
        }
        self.element(&parsed.element, side, &inner)?;
        if let Some(condition) = &parsed.condition {
            let found = check::condition(condition, &inner, "the condition behind 'if'");
            self.keep(found)?;
        }
        Some(Connect::Generator(Box::new(Generator {
            through: side.through,
            element: Some(parsed.element),
            variable,
            values,
            among: None,
            taken,
            condition: parsed.condition,
            n: self.copies(rule, &inner),
            skip_if_invalid: rule.skip_if_invalid.is_some_and(|(skip, _)| skip),
            text: format!("{result} = \"{}\"", self.texts().get(id).trim()),
            span: text.span,
        })))
    }

    /// The index that a generator makes is not known while it is made.
    fn element(&mut self, element: &Expr, side: &Side, scope: &Names) -> Option<()> {
        self.known_before(element, side, None, "the index itself")?;
        let found = check::expect(element, scope, Dimension::NONE, &format!("the index '{}'", side.result));
        self.keep(found).map(|_| ())
    }

    /// The variable, bounds and number or probability of an iteration.
    fn iterated(&mut self, iteration: &parser::Iteration, side: &Side, scope: &Names) -> Option<()> {
        let (name, span) = (iteration.variable.as_str(), iteration.variable_span);
        let plain = name.trim_start_matches('_');
        if !plain.is_empty() {
            let result = names::definable(plain, span, names::Place::Temporary).map_err(|fault| vec![fault]);
            self.keep(result)?;
        }
        if scope.has(name) {
            let fault = Fault::new(codes::CONNECT, span, format!("'{name}' has a meaning here already"));
            return self.refuse(fault.help("choose another name for the variable of the generator"));
        }
        let bounds = iteration.low.iter().chain([&iteration.high]).chain(&iteration.step);
        for bound in bounds {
            self.known_before(bound, side, Some(name), "a bound of the iteration")?;
            let found = check::integer(bound, scope, "a bound of the iteration");
            self.keep(found)?;
        }
        match &iteration.taken {
            parser::Taken::All => {}
            parser::Taken::Each(p) => {
                self.known_before(p, side, Some(name), "the probability")?;
                let found = check::expect(p, scope, Dimension::NONE, "the probability");
                self.keep(found)?;
            }
            parser::Taken::Some(size) => {
                self.known_before(size, side, Some(name), "the size of the sample")?;
                let found = check::integer(size, scope, "the size of the sample");
                self.keep(found)?;
            }
        }
        Some(())
    }

    /// Refuses the index that is made, variables of neurons there, and the variable of the iteration.
    fn known_before(&mut self, expr: &Expr, side: &Side, variable: Option<&str>, what: &str) -> Option<()> {
        let mut unknown = None;
        walk::names(expr, &mut |name, span| {
            let of_other = name.ends_with(side.suffix) && name != side.all;
            if name == side.result || of_other || Some(name) == variable {
                unknown.get_or_insert((name.to_owned(), span));
            }
        });
        let Some((name, span)) = unknown else { return Some(()) };
        let message = format!("{what} is computed before '{name}' is known");
        let fault = Fault::new(codes::CONNECT, span, message);
        self.refuse(match variable {
            Some(variable) if variable == side.result => fault.help(format!(
                "it is the same for the whole of a {}: it may use '{}', parameters and variables there",
                side.neuron, side.index
            )),
            Some(_) => fault.help(format!(
                "it is the same for the whole of a {}: it may use '{}', parameters and variables there; conditions on \
                 '{name}' stand behind 'if'",
                side.neuron, side.index
            )),
            None => fault.help("compute it from the variable of a loop: k + 1 for k in range(...)"),
        })
    }

    /// `out_degree = 10`, `in_degree = 10`
    fn degree(
        &mut self,
        rule: &written::Connect,
        degree: &Scalar,
        side: &Side,
        scope: &Names,
    ) -> Option<Connect> {
        let what = if side.through == Through::Sources { "out_degree" } else { "in_degree" };
        if let Some(p) = &rule.p {
            let message = format!("'{what}' and 'p' exclude each other");
            return self.refuse(Fault::new(codes::CONNECT, p.span, message));
        }
        let value = self.value(degree, scope, Dimension::NONE, "the degree")?;
        self.known_before(&value, side, Some(side.result), "the degree")?;
        let integer = check::integer(&value, scope, "the degree");
        self.keep(integer)?;
        let among = rule.condition.and_then(|text| self.condition(text, scope, "'where'"));
        let all = Expr { kind: kernels::language::ast::ExprKind::Name(side.all.into()), span: degree.span };
        let repeats = rule.repeats.is_some_and(|(repeats, _)| repeats);
        Some(Connect::Generator(Box::new(Generator {
            through: side.through,
            element: None,
            variable: None,
            values: Values { low: None, high: Some(all), step: None },
            among,
            taken: if repeats { Taken::Repeated(value) } else { Taken::Some(value) },
            condition: None,
            n: self.copies(rule, scope),
            skip_if_invalid: rule.skip_if_invalid.is_some_and(|(skip, _)| skip),
            text: what.to_owned(),
            span: degree.span,
        })))
    }
}
