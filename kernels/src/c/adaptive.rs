//! Prints inner steps of adaptive length: a chunk of neurons is integrated, some side by side, before the loop that tests
//! thresholds and stores.

use crate::program::StepProgram;
use crate::program::adaptive::Adaptive;
use crate::program::group::GroupProgram;
use crate::program::lines::Line;
use crate::program::names::Names;

use super::expression::print;
use super::lines;
use super::writer::{Declaration, Writer, needed};

/// The inner steps among lines, if there are any, and the lines before them.
pub fn of(lines: &[Line]) -> Option<(&Adaptive, &[Line])> {
    lines.iter().enumerate().find_map(|(k, line)| match line {
        Line::Adaptive(adaptive) => Some((&**adaptive, &lines[..k])),
        _ => None,
    })
}

/// Within the loop over elements `e` of a chunk that begins at `from`: new values as they were left.
pub fn write(adaptive: &Adaptive, out: &mut Writer) {
    for (j, ident) in adaptive.new.iter().enumerate() {
        out.line(format!("const double {ident} = ends[{j}][e - from];"));
    }
}

/// Before that loop over `lines`: the new values of elements `from` to `to`, at most `chunk`.
pub fn integrate(
    program: &StepProgram,
    group: &GroupProgram,
    lines: &[Line],
    chunk: usize,
    out: &mut Writer,
) {
    let Some((adaptive, before)) = of(lines) else { return };
    let loads = Loads::new(before, &group.loop_names);
    let (n, array, dt) = (adaptive.old.len(), Adaptive::lengths(&adaptive.group), &group.dt);
    out.line(format!("double ends[{n}][{chunk}];"));
    out.open("for (int64_t first = from; first < to; first += SS_WIDE)");
    out.line("const int64_t width = to - first < SS_WIDE ? to - first : SS_WIDE;");
    out.line(format!("double y[{n} * SS_WIDE], x[{n} * SS_WIDE], k[{} * SS_WIDE];", 7 * n));
    out.line(format!(
        "double absolute[{n} * SS_WIDE] = {{0}}, relative[SS_WIDE] = {{0}}, ratio[{n} * SS_WIDE] = {{0}};"
    ));
    out.line("double trials[SS_WIDE];");
    out.line("ss_rk45 inner;");
    let mut body = Writer::at(out.depth() + 1);
    for (j, (old, absolute)) in adaptive.old.iter().zip(&adaptive.absolute).enumerate() {
        let old = print(old, &group.loop_names);
        body.line(format!("y[{j} * SS_WIDE + w] = x[{j} * SS_WIDE + w] = {old};"));
        body.line(format!("absolute[{j} * SS_WIDE + w] = {};", print(absolute, &group.loop_names)));
    }
    body.line(format!("relative[w] = {};", print(&adaptive.relative, &group.loop_names)));
    body.line(format!("trials[w] = {};", print(&adaptive.most, &group.loop_names)));
    loads.side_by_side(&body.finish(), out);
    out.line(format!("ss_rk45_begin(&inner, {n}, width, {dt}, {array} + first, trials, y, x, k);"));
    out.open("do");
    out.line(format!("double *const rates = k + SS_WIDE * {n} * inner.stage;"));
    loads.side_by_side(&rates(adaptive, &group.loop_names, out.depth() + 1), out);
    out.close();
    out.line(format!("while (ss_rk45_next(&inner, {n}, y, x, k, ratio, absolute, relative));"));
    out.open("for (int64_t w = 0; w < width; ++w)");
    out.line(format!("{array}[first + w] = inner.next[w];"));
    out.line(format!("for (int32_t j = 0; j < {n}; ++j) ends[j][first - from + w] = y[j * SS_WIDE + w];"));
    out.close();
    trouble(program, adaptive, out);
    out.close();
}

/// What lines before the inner steps declare.
struct Loads(Vec<Declaration>);

impl Loads {
    fn new(before: &[Line], names: &Names) -> Loads {
        let of = |line: &Line| {
            let Line::Let { ident, .. } = line else { return None };
            let mut text = Writer::at(0);
            lines::write(std::slice::from_ref(line), names, &mut text);
            Some(Declaration { ident: ident.clone(), line: text.finish().trim_end().to_string() })
        };
        Loads(before.iter().filter_map(of).collect())
    }

    /// A loop over neurons side by side, with what its body needs of them.
    fn side_by_side(&self, body: &str, out: &mut Writer) {
        out.line("#pragma GCC ivdep");
        out.open("for (int64_t w = 0; w < width; ++w)");
        let wanted = needed(&self.0, body);
        let text = format!("{body}{}", wanted.join("\n"));
        if super::writer::mentions(&text, "e") {
            out.line("const int64_t e = first + w;");
        }
        wanted.iter().for_each(|line| out.line(line));
        out.paste(body);
        out.close();
    }
}

/// Rates at `x`, and what they need of it.
fn rates(adaptive: &Adaptive, names: &Names, depth: usize) -> String {
    let mut body = Writer::at(depth);
    lines::write(&adaptive.lines, names, &mut body);
    for (j, rate) in adaptive.rates.iter().enumerate() {
        body.line(format!("rates[{j} * SS_WIDE + w] = {};", print(rate, names)));
    }
    let body = body.finish();
    let value = |(j, ident): (usize, &String)| Declaration {
        ident: ident.clone(),
        line: format!("const double {ident} = x[{j} * SS_WIDE + w];"),
    };
    let mut values: Vec<Declaration> = adaptive.at.iter().enumerate().map(value).collect();
    values.extend(adaptive.time.iter().map(|time| Declaration {
        ident: time.clone(),
        line: format!("const double {time} = t + inner.time[w];"),
    }));
    let mut out = Writer::at(depth);
    needed(&values, &body).iter().for_each(|line| out.line(line));
    out.paste(&body);
    out.finish()
}

/// Notes what ended a lane, and leaves values that no later step takes long over.
fn trouble(program: &StepProgram, adaptive: &Adaptive, out: &mut Writer) {
    let (n, group) = (adaptive.old.len(), &adaptive.group);
    let tested: Vec<String> = adaptive.tested.iter().map(usize::to_string).collect();
    out.open("if (inner.troubled) for (int64_t w = 0; w < width; ++w) if (inner.trouble[w])");
    out.line(format!("static const int32_t number[{n}] = {{{}}};", tested.join(", ")));
    out.line("const int64_t e = first + w;");
    out.line(format!("int64_t *const found = diverged + 3 * (e / n_{group});"));
    out.line("const int64_t cause = inner.trouble[w] == 1 ? SS_NOT_FINITE : SS_INACCURATE;");
    out.open("if (found[0] < 0)");
    // Steps are those of the run, also where the group has a clock of its own.
    out.line(if program.clocks.is_empty() { "found[0] = step;" } else { "found[0] = step_0;" });
    out.line(format!("found[1] = cause << 32 | (tested_{group} + number[inner.worst[w]]);"));
    out.line(format!("found[2] = e % n_{group};"));
    out.close();
    out.line(format!("for (int32_t j = 0; j < {n}; ++j) ends[j][e - from] = SS_NAN;"));
    out.close();
}
