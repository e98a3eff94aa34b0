//! What is recorded of neurons: variables by their names, and expressions with a name of their own (`"gap = v - vt"`).
//!
//! Refuses unknown names, names given twice, and draws: recording must not change what it records.

use kernels::language::ast::{Equation, EquationKind, Expr, ExprKind, Span, ValueKind};
use kernels::language::check;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::names::is_name;
use kernels::language::parser;
use kernels::model::{Group, Model, Population, Recorded, Slice};

use super::formula;
use super::model::{Checker, declare};
use super::names::Names;
use crate::codes;
use crate::written::Text;

/// What one text of a list of values says.
pub enum Said {
    /// The name of a variable.
    Variable(String),
    /// A name, and the expression that it stands for.
    Expression(String, Expr),
}

impl Checker<'_> {
    /// The values of neurons that a monitor lists.
    pub fn values(&mut self, texts: &[Text], source: &Slice, model: &Model) -> Option<Vec<Recorded>> {
        self.each_value(texts, &mut |checker, said, span| match said {
            Said::Variable(name) => checker.recorded_variable(&name, span, source, model),
            Said::Expression(name, value) => {
                let group = checker.group_of(source, span, model)?.clone();
                let (kind, dimension) = checker.typed(&value, &group)?;
                Some(Recorded { name, span, value, kind, dimension })
            }
        })
    }

    /// A list of values, each understood by `meaning`.
    pub fn each_value(
        &mut self,
        texts: &[Text],
        meaning: &mut dyn FnMut(&mut Self, Said, Span) -> Option<Recorded>,
    ) -> Option<Vec<Recorded>> {
        let mut out: Vec<Recorded> = Vec::new();
        for text in texts {
            let said = self.said(*text)?;
            let recorded = meaning(self, said, text.span)?;
            if out.iter().any(|r| r.name == recorded.name) {
                let message = format!("'{}' is listed twice", recorded.name);
                let fault = Fault::new(codes::MONITOR, text.span, message);
                self.faults.push(fault.help("list each name once; an expression may have another: new = v"));
            }
            out.push(recorded);
        }
        Some(out)
    }

    fn said(&mut self, text: Text) -> Option<Said> {
        let id = self.substituted(text.id)?;
        let whole = self.read(id).to_owned();
        let Some((name, _)) = whole.split_once('=').filter(|(_, rest)| !rest.starts_with('=')) else {
            let name = whole.trim().to_owned();
            if !is_name(&name) && name.contains(|c: char| "+-*/(".contains(c)) {
                let fault =
                    Fault::new(codes::MONITOR, text.span, "an expression needs a name for its column");
                return self.refuse(fault.help(format!("write \"NAME = {name}\"")));
            }
            return Some(Said::Variable(name));
        };
        let name = name.trim().to_owned();
        if !is_name(&name) {
            let fault =
                Fault::new(codes::NAME, text.span, format!("{name:?} cannot be the name of a column"));
            return self.refuse(fault.help("write \"NAME = EXPRESSION\""));
        }
        let at = whole.find('=').map_or(0, |k| k + 1) as u32;
        let inner = self.inner(Span { text: id, start: at, end: whole.len() as u32 });
        let parsed = parser::expression(self.read(inner), inner).map_err(|f| vec![f]);
        Some(Said::Expression(name, self.keep(parsed)?))
    }

    /// A variable of the source's group.
    pub fn recorded_variable(
        &mut self,
        name: &str,
        span: Span,
        source: &Slice,
        model: &Model,
    ) -> Option<Recorded> {
        self.variable(name, span, source, model)?;
        let group = self.group_of(source, span, model)?;
        let (kind, dimension) = crate::output::variable(group, name);
        let value = Expr { kind: ExprKind::Name(name.to_owned()), span };
        Some(Recorded { name: name.to_owned(), span, value, kind, dimension })
    }

    fn group_of<'m>(&mut self, source: &Slice, span: Span, model: &'m Model) -> Option<&'m Group> {
        match source.of {
            Population::Group(g) | Population::Event(g, _) => Some(&model.groups[g]),
            Population::Poisson(_) | Population::Generator(_) | Population::Synapses(_) => {
                let fault = Fault::new(codes::MONITOR, span, "this group has no variables, it only spikes");
                self.refuse(fault.help("record its spikes: kind = \"spikes\""))
            }
        }
    }

    /// Kind and dimension of an expression of a group's variables.
    pub fn typed(&mut self, value: &Expr, group: &Group) -> Option<(ValueKind, Dimension)> {
        if self.broken.contains(&group.name) {
            return None;
        }
        self.typed_in(value, &self.recording_scope(group))
    }

    /// Kind and dimension of an expression that is recorded.
    pub fn typed_in(&mut self, value: &Expr, scope: &Names) -> Option<(ValueKind, Dimension)> {
        if let Some((function, span)) = formula::random_call(value) {
            let message = format!("{function}() cannot be recorded: it would be drawn only for that");
            let fault = Fault::new(codes::RANDOM, span, message);
            return self.refuse(fault.help("record a variable that is drawn in the model"));
        }
        let result = check::expression(value, scope);
        self.keep(result).map(|typed| (typed.kind, typed.dimension))
    }

    /// What expressions that are recorded may use.
    pub fn recording_scope(&self, group: &Group) -> Names {
        let mut scope = self.around(group.refractory.is_some());
        declare(&group.equations, &mut scope);
        scope
    }
}

/// The variables of a group or of synapses that are kept, in the order in which they are written.
pub fn all_values(equations: &[Equation]) -> Vec<Recorded> {
    let value = |e: &Equation| Recorded {
        name: e.name.clone(),
        span: e.name_span,
        value: Expr { kind: ExprKind::Name(e.name.clone()), span: e.name_span },
        kind: e.value_kind,
        dimension: e.dimension,
    };
    let kept = |e: &&Equation| !matches!(e.kind, EquationKind::Subexpression(_));
    equations.iter().filter(kept).map(value).collect()
}
