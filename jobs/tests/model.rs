//! What the checked model holds: names resolved, texts put in, quantities as SI values.

use std::path::Path;

use kernels::language::ast::{Expr, ExprKind, ValueKind};
use kernels::language::print;
use kernels::model::{Connect, Model, MonitorKind, Population, Reduce, ReductionKind, Refractory};

const JOB: &str = r#"
[run]
duration = "1 s"
noise = "common"

[parameters]
n = 10
tau = "20 ms"
w0 = "1.62 mV"
drive = ["1 mV", "2 mV"]
method = { text = "exact" }
what = { text = "v" }
bounds = { text = "[:n//2]" }

[neurons.P]
size = "n"
equations = '''
dv/dt = (E - v)/tau : volt (unless refractory)
E : volt (constant)
big = v > 10*mV : boolean
'''
method = "{method}"
threshold = "{what} > 15*mV"
reset = "v = 0*mV"
refractory = "5 ms"
initial = [{ set = "E = rand()*20*mV" }, { where = "i < 3", set = "v = E/2; x = v; E = x" }]

[neurons.Q]
size = 2
equations = '''
dv/dt = (drive - v)/tau : volt
'''
threshold = "v > 15*mV"
refractory = "v > 10*mV"

[poisson.input]
size = "n"
rate = "(50 + i)*Hz"

[synapses.S]
source = "P{bounds}"
target = "Q"
equations = '''
w : volt
twice = 2*w + v : volt
'''
on_pre = "v += w; v_pre -= w; E_x = v; w = E_x"
on_post = "w += twice"
connect = [{ where = "i != j", p = "0.1*(j + 1)" }, { i = [0, 1], j = [1, 1] }, {}]
initial = "w = w0*(1 + i)"
delay = "1.5 ms"
delay_post = "rand()*ms"

[synapses.T]
source = "input"
target = "P[-3:]"
on_pre = "v += w0"
connect = { n = 2 }

[record.trace]
kind = "state"
source = "P[2:4]"
variables = ["v", "big", "lastspike"]
indices = [1, 0]
every = "1 ms"

[record.rate]
kind = "rate"
source = "input"
smooth = { window = "flat", width = "3 ms" }

[summary]
top = "max( P[:3].v )"
"#;

fn model() -> Model {
    let job = jobs::from_text("job.toml", JOB.as_bytes(), Path::new("."), &[]);
    let job = job.unwrap_or_else(|rejected| panic!("{rejected}"));
    assert_eq!(job.noise(), jobs::Noise::Common);
    job.models()[0].clone()
}

fn shown(expr: &Option<Expr>) -> String {
    expr.as_ref().map_or_else(String::new, print::expression)
}

fn code(statements: &[kernels::language::ast::Statement]) -> Vec<String> {
    statements.iter().map(print::statement).collect()
}

#[test]
fn groups() {
    let model = model();
    let [p, q] = &model.groups[..] else { panic!() };
    assert_eq!((p.name.as_str(), q.name.as_str()), ("P", "Q"));
    assert_eq!(p.method.as_ref().unwrap().0, "exact");
    assert_eq!(shown(&p.threshold), "v > 15*mV");
    let Some(Refractory::Time(Expr { kind: ExprKind::Real(period), .. })) = p.refractory else { panic!() };
    assert_eq!(period, 0.005);
    assert!(matches!(q.refractory, Some(Refractory::While(_))));
    assert_eq!(p.initial.len(), 2);
    assert_eq!(shown(&p.initial[1].condition), "i < 3");
    assert_eq!(code(&p.initial[1].statements), ["v = E/2", "x = v", "E = x"]);
    assert_eq!(model.arrays[0].values, [0.001, 0.002]);
}

#[test]
fn parameters_in_order_without_texts_and_lists() {
    let parameters = model().parameters;
    let found: Vec<(&str, ValueKind)> = parameters.iter().map(|p| (p.name.as_str(), p.kind)).collect();
    assert_eq!(found, [("n", ValueKind::Integer), ("tau", ValueKind::Real), ("w0", ValueKind::Real)]);
}

#[test]
fn bare_names_in_synapses_are_those_of_the_target() {
    let model = model();
    let s = &model.synapses[0];
    assert_eq!(code(&s.pathways[0].code), ["v_post += w", "v_pre -= w", "E_x = v_post", "w = E_x"]);
    assert_eq!(code(&s.pathways[1].code), ["w += twice"]);
    let kernels::language::ast::EquationKind::Subexpression(twice) = &s.equations[1].kind else { panic!() };
    assert_eq!(print::expression(twice), "2*w + v_post");
    assert_eq!(code(&model.synapses[1].pathways[0].code), ["v_post += w0"]);
}

#[test]
fn connections_ends_and_delays() {
    let model = model();
    let (s, t) = (&model.synapses[0], &model.synapses[1]);
    assert_eq!((s.source.of, shown(&s.source.stop)), (Population::Group(0), "n//2".to_string()));
    assert_eq!((t.source.of, shown(&t.target.start)), (Population::Poisson(0), "-3".to_string()));
    let [
        Connect::Rule { condition, p, n: None },
        Connect::Pairs { i, j, .. },
        Connect::Rule { condition: None, .. },
    ] = &s.connect[..]
    else {
        panic!()
    };
    assert_eq!((shown(condition).as_str(), shown(p).as_str()), ("i != j", "0.1*(j + 1)"));
    assert_eq!((i.as_slice(), j.as_slice()), ([0, 1].as_slice(), [1, 1].as_slice()));
    assert_eq!(s.pathways[0].delay.as_ref().unwrap().kind, ExprKind::Real(0.0015));
    assert_eq!(shown(&s.pathways[1].delay), "rand()*ms");
}

#[test]
fn monitors_and_summaries() {
    let model = model();
    let MonitorKind::State { variables, indices, every, .. } = &model.monitors[0].kind else { panic!() };
    assert_eq!(variables.iter().map(|v| v.name.as_str()).collect::<Vec<_>>(), ["v", "big", "lastspike"]);
    assert_eq!(indices.as_deref(), Some([0, 1].as_slice()), "rows are ordered by index");
    assert_eq!(every.as_ref().unwrap().kind, ExprKind::Real(0.001));
    let MonitorKind::Rate { smooth: Some(smooth), bin: None } = &model.monitors[1].kind else { panic!() };
    assert!(!smooth.gaussian);
    let reduction = &model.reductions[0];
    let ReductionKind::State { operation, value, .. } = &reduction.kind else { panic!() };
    assert_eq!((*operation, print::expression(value).as_str()), (Reduce::Maximum, "v"));
    assert_eq!(shown(&reduction.source.stop), "3");
}
