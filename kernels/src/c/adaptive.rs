//! Prints the loop of one neuron over one step with inner steps of adaptive length.

use crate::program::adaptive::Adaptive;
use crate::program::names::Names;

use super::expression::print;
use super::lines;
use super::writer::Writer;

/// Prints the loop; what it gives is bound to the identifiers of the new values.
pub fn write(adaptive: &Adaptive, names: &Names, out: &mut Writer) {
    let n = adaptive.old.len();
    let list = |exprs: &[crate::language::ast::Expr]| {
        exprs.iter().map(|e| print(e, names)).collect::<Vec<_>>().join(", ")
    };
    let (group, array) = (&adaptive.group, Adaptive::lengths(&adaptive.group));
    out.line(format!("double y[{n}] = {{{}}}, x[{n}], k[{}];", list(&adaptive.old), 7 * n));
    out.line(format!("const double absolute[{n}] = {{{}}};", list(&adaptive.absolute)));
    out.line(format!("for (int32_t j = 0; j < {n}; ++j) x[j] = y[j];"));
    let most = print(&adaptive.most, names);
    out.line(format!("ss_rk45 inner = ss_rk45_begin(dt, {array}[e], {most});"));
    out.open("do");
    for (j, ident) in adaptive.at.iter().enumerate() {
        out.line(format!("const double {ident} = x[{j}];"));
        out.line(format!("(void){ident};"));
    }
    if let Some(time) = &adaptive.time {
        out.line(format!("const double {time} = t + inner.time;"));
    }
    lines::write(&adaptive.lines, names, out);
    for (j, rate) in adaptive.rates.iter().enumerate() {
        out.line(format!("k[{n} * inner.stage + {j}] = {};", print(rate, names)));
    }
    out.close();
    let relative = print(&adaptive.relative, names);
    out.line(format!("while (ss_rk45_next(&inner, {n}, y, x, k, absolute, {relative}));"));
    out.line(format!("{array}[e] = inner.next;"));
    out.open("if (inner.trouble)");
    let tested: Vec<String> = adaptive.tested.iter().map(usize::to_string).collect();
    out.line(format!("static const int32_t number[{n}] = {{{}}};", tested.join(", ")));
    out.line(format!("int64_t *const found = diverged + 3 * (e / n_{group});"));
    out.line("const int64_t cause = inner.trouble == 1 ? SS_NOT_FINITE : SS_INACCURATE;");
    out.line(format!(
        "if (found[0] < 0) found[0] = step, found[1] = cause << 32 | (tested_{group} + number[inner.worst]), found[2] = e % n_{group};"
    ));
    out.line(format!("for (int32_t j = 0; j < {n}; ++j) y[j] = SS_NAN;"));
    out.close();
    for (j, ident) in adaptive.new.iter().enumerate() {
        out.line(format!("const double {ident} = y[{j}];"));
    }
}
