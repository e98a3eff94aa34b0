//! Functions that a job defines by an expression of their arguments: checked at their definition, or, where an argument
//! has no unit, at each call; then calls are replaced by what they stand for, so that nothing after the check knows them.
//!
//! Refuses draws in the expression (a function gives the same for the same arguments), draws in an argument that the
//! expression does not use exactly once, and what becomes too large when calls are replaced.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::ast::{Expr, ExprKind, Span};
use super::callable::Callable;
use super::check::{self, Scope, Symbol, Typed};
use super::codes;
use super::dimension::Dimension;
use super::fault::Fault;
use super::parser::limits;
use super::{functions, units, walk};

/// An argument.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// The dimension it must have; `None`: whatever a call gives.
    pub dimension: Option<Dimension>,
}

/// Results of checks by the types of the arguments.
type Seen = Vec<(Vec<Typed>, Result<Typed, Vec<Fault>>)>;

/// A function of the job.
pub struct UserFunction {
    name: String,
    span: Span,
    arguments: Vec<Argument>,
    needed: Vec<Option<Dimension>>,
    /// As written, for the check.
    body: Expr,
    /// Free of calls of functions like this one.
    expanded: Expr,
    /// What the expression sees besides its arguments: parameters and functions defined before.
    scope: Rc<dyn Scope>,
    seen: RefCell<Seen>,
}

impl std::fmt::Debug for UserFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserFunction").field("name", &self.name).field("body", &self.body).finish()
    }
}

/// The arguments before the names of the scope around.
struct WithArguments<'a> {
    scope: &'a dyn Scope,
    arguments: &'a [Argument],
    given: &'a [Typed],
}

impl Scope for WithArguments<'_> {
    fn symbol(&self, name: &str) -> Option<Symbol> {
        let own = self.arguments.iter().position(|a| a.name == name);
        own.map(|k| self.given[k]).or_else(|| self.scope.symbol(name))
    }

    fn names(&self) -> Vec<String> {
        let mut names = self.scope.names();
        names.extend(self.arguments.iter().map(|a| a.name.clone()));
        names
    }

    fn declared(&self, name: &str) -> Option<Span> {
        let own = self.arguments.iter().find(|a| a.name == name);
        own.map(|a| a.span).or_else(|| self.scope.declared(name))
    }

    fn is_text(&self, name: &str) -> bool {
        !self.arguments.iter().any(|a| a.name == name) && self.scope.is_text(name)
    }

    fn callable(&self, name: &str) -> Option<&dyn Callable> {
        self.scope.callable(name)
    }

    fn callables(&self) -> Vec<String> {
        self.scope.callables()
    }
}

impl UserFunction {
    /// Checks a definition: names, draws, size, and dimensions where all arguments have units.
    pub fn new(
        name: String,
        span: Span,
        arguments: Vec<Argument>,
        body: Expr,
        scope: Rc<dyn Scope>,
    ) -> Result<UserFunction, Vec<Fault>> {
        let given: Vec<Typed> =
            arguments.iter().map(|a| Typed::real(a.dimension.unwrap_or(Dimension::NONE))).collect();
        let around = WithArguments { scope: &*scope, arguments: &arguments, given: &given };
        let mut faults = check::known(&body, &around);
        faults.extend(drawn(&body).map(|(function, span)| {
            Fault::new(codes::RANDOM, span, format!("the function '{name}' draws by {function}()"))
                .label("the same arguments must give the same value")
                .help("draw where the function is called, and hand the number over as an argument")
        }));
        if !faults.is_empty() {
            return Err(faults);
        }
        let expanded = expand(&body, &*scope).map_err(|fault| vec![fault])?;
        let needed: Vec<Option<Dimension>> = arguments.iter().map(|a| a.dimension).collect();
        let whole = needed.iter().all(Option::is_some);
        let seen = RefCell::new(Vec::new());
        let made = UserFunction { name, span, arguments, needed, body, expanded, scope, seen };
        if whole {
            made.of(&given)?;
        }
        Ok(made)
    }

    /// The type of the value for arguments of these types.
    fn of(&self, given: &[Typed]) -> Result<Typed, Vec<Fault>> {
        if let Some((_, found)) = self.seen.borrow().iter().find(|(types, _)| types == given) {
            return found.clone();
        }
        let around = WithArguments { scope: &*self.scope, arguments: &self.arguments, given };
        let found = check::expression(&self.body, &around);
        self.seen.borrow_mut().push((given.to_vec(), found.clone()));
        found
    }

    /// Arguments without a unit, as a call gives them.
    fn described(&self, given: &[Typed]) -> String {
        let open = self.arguments.iter().zip(given).filter(|(a, _)| a.dimension.is_none());
        let shown: Vec<String> = open
            .map(|(a, typed)| match typed.dimension.is_none() {
                true => format!("'{}' a pure number", a.name),
                false => format!("'{}' in {}", a.name, units::describe(typed.dimension)),
            })
            .collect();
        if shown.is_empty() { "called here".into() } else { format!("called here, {}", shown.join(", ")) }
    }

    /// Draws in arguments: each must be used once, no more and no less.
    fn drawn_arguments(&self, call: &Expr) -> Vec<Fault> {
        let ExprKind::Call(_, given) = &call.kind else { return Vec::new() };
        let mut faults = Vec::new();
        for (argument, value) in self.arguments.iter().zip(given) {
            let uses = occurrences(&self.expanded, &argument.name);
            let Some((function, span)) = drawn(value).filter(|_| uses != 1) else { continue };
            let often = if uses == 0 { "not at all".to_owned() } else { format!("{uses} times") };
            let message = format!("'{}' uses its argument '{}' {often}", self.name, argument.name);
            faults.push(
                Fault::new(codes::RANDOM, span, format!("{message}, but {function}() draws anew each time"))
                    .also(self.body.span, "the function")
                    .help("in statements set a new name first, as in u = rand(), and hand that over"),
            );
        }
        faults
    }
}

impl Callable for UserFunction {
    fn usage(&self) -> String {
        let names: Vec<&str> = self.arguments.iter().map(|a| a.name.as_str()).collect();
        format!("{}({})", self.name, names.join(", "))
    }

    fn arguments(&self) -> &[Option<Dimension>] {
        &self.needed
    }

    fn result(&self, call: &Expr, given: &[Typed]) -> Result<Typed, Vec<Fault>> {
        let faults = self.drawn_arguments(call);
        if !faults.is_empty() {
            return Err(faults);
        }
        // What has a unit counts as real, whatever a call gives: so the check at the definition was the only one.
        let real = |(a, typed): (&Argument, &Typed)| match a.dimension {
            Some(dimension) => Typed::real(dimension),
            None => *typed,
        };
        let given: Vec<Typed> = self.arguments.iter().zip(given).map(real).collect();
        let called = self.described(&given);
        self.of(&given)
            .map_err(|faults| faults.into_iter().map(|f| f.also(call.span, called.clone())).collect())
    }

    fn defined(&self) -> Option<Span> {
        Some(self.span)
    }

    fn formula(&self) -> Option<&UserFunction> {
        Some(self)
    }
}

/// The first draw of an expression.
fn drawn(expr: &Expr) -> Option<(String, Span)> {
    let mut found = None;
    walk::each(expr, &mut |part| {
        if let ExprKind::Call(name, _) = &part.kind
            && functions::lookup(name).is_some_and(|f| f.random)
            && found.is_none()
        {
            found = Some((name.clone(), part.span));
        }
    });
    found
}

fn occurrences(expr: &Expr, wanted: &str) -> usize {
    let mut count = 0;
    walk::names(expr, &mut |name, _| count += usize::from(name == wanted));
    count
}

/// Replaces all calls of functions that are given by expressions.
pub fn expand(expr: &Expr, scope: &dyn Scope) -> Result<Expr, Fault> {
    let expanded = replaced(expr, scope)?;
    fits(&expanded, expr.span)?;
    Ok(expanded)
}

fn replaced(expr: &Expr, scope: &dyn Scope) -> Result<Expr, Fault> {
    let inner = |e: &Expr| replaced(e, scope).map(Box::new);
    let kind = match &expr.kind {
        ExprKind::Unary(op, a) => ExprKind::Unary(*op, inner(a)?),
        ExprKind::Binary(op, a, b) => ExprKind::Binary(*op, inner(a)?, inner(b)?),
        ExprKind::Call(name, given) => {
            let given = given.iter().map(|a| replaced(a, scope)).collect::<Result<Vec<_>, _>>()?;
            let own = scope.callable(name).filter(|_| functions::lookup(name).is_none());
            match own.and_then(|callable| callable.formula()) {
                Some(function) => return put_in(function, given, expr.span),
                None => ExprKind::Call(name.clone(), given),
            }
        }
        other => other.clone(),
    };
    Ok(Expr { kind, span: expr.span })
}

/// The function's expression with the arguments in their places.
fn put_in(function: &UserFunction, given: Vec<Expr>, span: Span) -> Result<Expr, Fault> {
    let (mut nodes, height) = measure(&function.expanded);
    let mut highest = 0;
    for (argument, value) in function.arguments.iter().zip(&given) {
        let (its_nodes, its_height) = measure(value);
        nodes =
            nodes.saturating_add(occurrences(&function.expanded, &argument.name).saturating_mul(its_nodes));
        highest = highest.max(its_height);
    }
    if nodes > limits::NODES || height + highest > limits::HEIGHT {
        return Err(too_large(span));
    }
    let by: HashMap<&str, &Expr> = function.arguments.iter().map(|a| a.name.as_str()).zip(&given).collect();
    Ok(Expr { span, ..substitute(&function.expanded, &by) })
}

fn substitute(expr: &Expr, by: &HashMap<&str, &Expr>) -> Expr {
    let inner = |e: &Expr| Box::new(substitute(e, by));
    let kind = match &expr.kind {
        ExprKind::Name(name) => match by.get(name.as_str()) {
            Some(value) => return (*value).clone(),
            None => return expr.clone(),
        },
        ExprKind::Unary(op, a) => ExprKind::Unary(*op, inner(a)),
        ExprKind::Binary(op, a, b) => ExprKind::Binary(*op, inner(a), inner(b)),
        ExprKind::Call(name, given) => {
            ExprKind::Call(name.clone(), given.iter().map(|a| substitute(a, by)).collect())
        }
        other => other.clone(),
    };
    Expr { kind, span: expr.span }
}

/// Nodes and height of a tree.
fn measure(expr: &Expr) -> (usize, usize) {
    let join = |all: &[(usize, usize)]| {
        let nodes = all.iter().map(|m| m.0).fold(1, usize::saturating_add);
        (nodes, 1 + all.iter().map(|m| m.1).max().unwrap_or(0))
    };
    match &expr.kind {
        ExprKind::Unary(_, a) => join(&[measure(a)]),
        ExprKind::Binary(_, a, b) => join(&[measure(a), measure(b)]),
        ExprKind::Call(_, given) => join(&given.iter().map(measure).collect::<Vec<_>>()),
        _ => (1, 1),
    }
}

fn fits(expr: &Expr, span: Span) -> Result<(), Fault> {
    let (nodes, height) = measure(expr);
    if nodes > limits::NODES || height > limits::HEIGHT { Err(too_large(span)) } else { Ok(()) }
}

fn too_large(span: Span) -> Fault {
    let most = format!("at most {} names, numbers and operators, {} in a row", limits::NODES, limits::HEIGHT);
    Fault::new(codes::TOO_LARGE, span, "this is too large once functions stand for what they are defined by")
        .help(format!("{most}; give a part of it a name in a line of its own"))
}
