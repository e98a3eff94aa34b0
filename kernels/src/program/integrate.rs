//! How the loop of a group gets its new values where they are no scheme of text: by propagators, or in inner steps.

use crate::language::ast::{Expr, ValueKind};

use super::adaptive::{Adaptive, Integration};
use super::exact::{Changing, Propagator, Resolved, System};
use super::fields::Element;
use super::group::GroupBuilder;
use super::hoist::Hoister;
use super::lines::Line;
use super::names::{Known, Names};
use super::scheme::Derivative;

impl GroupBuilder<'_> {
    /// Subexpressions that a linear system mentions are free of its variables; they are computed before it.
    pub(super) fn exact(
        &mut self,
        derivatives: &[Derivative],
        names: &mut Names,
        hoister: &mut Hoister,
        lines: &mut Vec<Line>,
        active: Option<&Expr>,
    ) -> (Vec<String>, Option<Propagator>) {
        let subexpressions = self.parts.subexpressions.clone();
        let system = System::analyse(derivatives, &subexpressions, names).expect("the method fits");
        let systems = system.variants(derivatives, &subexpressions, active.is_some());
        let field = format!("a_{}", self.parts.name);
        // Before the loop nothing of it is known.
        let mut before = names.clone();
        subexpressions.forget(&mut before);
        let mut resolve = |expr: &Expr| subexpressions.resolve(expr, names, hoister, lines);
        let variants: Vec<System> = systems.iter().map(|s| s.resolved(&mut resolve)).collect();
        let resolved = Resolved { variants: &variants, derivatives, active, field: &field };
        let mut update = resolved.update(names, hoister);
        if let Some(propagator) = update.propagator.as_mut().filter(|_| resolved.changes(names)) {
            let mut lines = Vec::new();
            let mut resolve = |expr: &Expr| subexpressions.resolve(expr, &mut before, hoister, &mut lines);
            let variants: Vec<System> = systems.iter().map(|s| s.resolved(&mut resolve)).collect();
            let resolved = Resolved { variants: &variants, derivatives, active, field: &field };
            propagator.matrices = resolved.matrices(&before);
            let coefficients = resolved.kept(&before);
            let mentioned = propagator.matrices.iter().flatten();
            let lines = self.with_loads(lines, mentioned, &before);
            propagator.changing = Some(Changing { lines, coefficients });
        }
        let mut fresh = Vec::new();
        for (derivative, value) in derivatives.iter().zip(update.values) {
            let ident = format!("new_{}", derivative.variable);
            names.know(ident.clone(), Known::changing(ValueKind::Real));
            lines.push(Line::Let { ident: ident.clone(), kind: ValueKind::Real, value });
            fresh.push(ident);
        }
        (fresh, update.propagator)
    }

    /// Inner steps of adaptive length.
    pub(super) fn adaptive(
        &mut self,
        derivatives: &[Derivative],
        names: &mut Names,
        hoister: &mut Hoister,
        lines: &mut Vec<Line>,
        active: Option<&Expr>,
    ) -> Vec<String> {
        self.field(Adaptive::lengths(&self.parts.name), Element::F64);
        let tested: Vec<String> = self.tested().into_iter().map(|tested| tested.variable).collect();
        let integration = Integration {
            group: self.group,
            name: &self.parts.name,
            derivatives,
            subexpressions: &self.parts.subexpressions,
            tested: &tested,
            hoister,
            names,
            lines,
            active: active.filter(|_| derivatives.iter().any(|d| d.held)),
        };
        integration.run()
    }
}
