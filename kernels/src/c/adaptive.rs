//! Prints the loop of one neuron over one step with inner steps of adaptive length.

use crate::language::ast::Expr;
use crate::program::adaptive::Adaptive;
use crate::program::names::Names;

use super::expression::print;
use super::lines;
use super::writer::{Declaration, Writer, needed};

/// Prints the loop; what it gives is bound to the identifiers of the new values.
pub fn write(adaptive: &Adaptive, names: &Names, out: &mut Writer) {
    let n = adaptive.old.len();
    let list = |exprs: &[Expr]| exprs.iter().map(|e| print(e, names)).collect::<Vec<_>>().join(", ");
    let (array, most) = (Adaptive::lengths(&adaptive.group), print(&adaptive.most, names));
    out.line(format!("double y[{n}] = {{{}}}, x[{n}], k[{}];", list(&adaptive.old), 7 * n));
    out.line(format!("const double absolute[{n}] = {{{}}};", list(&adaptive.absolute)));
    out.line(format!("for (int32_t j = 0; j < {n}; ++j) x[j] = y[j];"));
    out.line(format!("ss_rk45 inner = ss_rk45_begin(dt, {array}[e], {most});"));
    out.open("do");
    rates(adaptive, names, out);
    out.close();
    let relative = print(&adaptive.relative, names);
    out.line(format!("while (ss_rk45_next(&inner, {n}, y, x, k, absolute, {relative}));"));
    out.line(format!("{array}[e] = inner.next;"));
    trouble(adaptive, out);
    for (j, ident) in adaptive.new.iter().enumerate() {
        out.line(format!("const double {ident} = y[{j}];"));
    }
}

/// Rates at `x`, and what they need of it.
fn rates(adaptive: &Adaptive, names: &Names, out: &mut Writer) {
    let mut body = Writer::at(out.depth());
    lines::write(&adaptive.lines, names, &mut body);
    for (j, rate) in adaptive.rates.iter().enumerate() {
        let place = format!("k[{} * inner.stage + {j}]", adaptive.rates.len());
        body.line(format!("{place} = {};", print(rate, names)));
    }
    let body = body.finish();
    let value = |(j, ident): (usize, &String)| Declaration {
        ident: ident.clone(),
        line: format!("const double {ident} = x[{j}];"),
    };
    let mut values: Vec<Declaration> = adaptive.at.iter().enumerate().map(value).collect();
    values.extend(adaptive.time.iter().map(|time| Declaration {
        ident: time.clone(),
        line: format!("const double {time} = t + inner.time;"),
    }));
    needed(&values, &body).iter().for_each(|line| out.line(line));
    out.paste(&body);
}

/// Notes what ended the lane, and leaves values that no later step takes long over.
fn trouble(adaptive: &Adaptive, out: &mut Writer) {
    let (n, group) = (adaptive.old.len(), &adaptive.group);
    let tested: Vec<String> = adaptive.tested.iter().map(usize::to_string).collect();
    out.open("if (inner.trouble)");
    out.line(format!("static const int32_t number[{n}] = {{{}}};", tested.join(", ")));
    out.line(format!("int64_t *const found = diverged + 3 * (e / n_{group});"));
    out.line("const int64_t cause = inner.trouble == 1 ? SS_NOT_FINITE : SS_INACCURATE;");
    out.open("if (found[0] < 0)");
    out.line("found[0] = step;");
    out.line(format!("found[1] = cause << 32 | (tested_{group} + number[inner.worst]);"));
    out.line(format!("found[2] = e % n_{group};"));
    out.close();
    out.line(format!("for (int32_t j = 0; j < {n}; ++j) y[j] = SS_NAN;"));
    out.close();
}
