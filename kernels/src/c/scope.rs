//! The declarations that functions of a kernel may need: parameters, keys, sizes, arrays.

use crate::plan::{ActionEntry, DataEntry, GeneratorEntry, InputEntry, Plan, RecordEntry, SynapseEntry};
use crate::program::StepProgram;
use crate::program::fields::{Element, Extent};
use crate::program::tested::TestedOf;

use super::writer::Declaration;

/// Where the row of parameters comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The first lane's; what differs between lanes must not be read from it.
    First,
    /// That of the variable `lane`.
    Lane,
}

/// Everything a function body may mention.
pub fn declarations(program: &StepProgram, row: Row) -> Vec<Declaration> {
    let mut all = vec![
        declare("header", "ss_header *const header = (ss_header *)(base + arena);"),
        declare("plan", "const int64_t *const plan = (const int64_t *)(base + header->plan);"),
        declare("dt", "const double dt = header->dt;"),
    ];
    all.extend(rows(program, row));
    all.extend(sizes(program));
    all.extend(arrays(program));
    all.extend(super::clocked::counts(program));
    all.extend((1..=program.clocks.len()).map(|k| {
        let ident = format!("dt_{k}");
        declare(&ident, &format!("const double {ident} = clock_dts[{k}];"))
    }));
    for k in 0..program.phases.switches.len() {
        all.extend(["off", "since"].map(|array| {
            let ident = format!("{array}_{k}");
            declare(&ident, &format!("const int64_t {ident} = {array}[{k}];"))
        }));
    }
    all
}

/// Declarations of functions that are called before the first step, where time is 0 on all clocks.
pub fn before_steps(program: &StepProgram, row: Row) -> Vec<Declaration> {
    let mut all = declarations(program, row);
    all.extend(at_zero(program));
    all
}

/// Time 0 on all clocks.
pub fn at_zero(program: &StepProgram) -> Vec<Declaration> {
    let mut all = vec![declare("t", "const double t = 0.0;"), declare("step", "const int64_t step = 0;")];
    all.extend(next_steps(program, |_| "0".to_string()));
    all
}

/// Declarations of functions that are called between steps, with the next step of each clock.
pub fn at_ticks(program: &StepProgram, row: Row) -> Vec<Declaration> {
    let mut all = declarations(program, row);
    all.extend(next_steps(program, |k| format!("clock_steps[{k}]")));
    all
}

/// The numbers of the next steps of all clocks, where there are several.
fn next_steps(program: &StepProgram, value: impl Fn(usize) -> String) -> Vec<Declaration> {
    let clocks = if program.clocks.is_empty() { 0..0 } else { 0..program.clocks.len() + 1 };
    clocks
        .map(|k| {
            let ident = format!("step_{k}");
            declare(&ident, &format!("const int64_t {ident} = {};", value(k)))
        })
        .collect()
}

/// The row and what is read from it.
pub fn rows(program: &StepProgram, row: Row) -> Vec<Declaration> {
    let place = match row {
        Row::First => "base + header->rows".to_string(),
        Row::Lane => "base + header->rows + (uint64_t)lane * header->stride".to_string(),
    };
    let count = program.parameters.len();
    let mut all = vec![
        declare("row", &format!("const double *const row = (const double *)({place});")),
        declare("keys", &format!("const uint64_t *const keys = (const uint64_t *)(row + {count});")),
    ];
    for (k, name) in program.parameters.iter().enumerate() {
        all.push(declare(&format!("p_{name}"), &format!("const double p_{name} = row[{k}];")));
    }
    for k in 0..program.sites.list.len() {
        all.push(declare(&format!("k_{k}"), &format!("const uint64_t k_{k} = keys[{k}];")));
    }
    all
}

fn sizes(program: &StepProgram) -> Vec<Declaration> {
    let plan = Plan::of(program);
    let mut all = Vec::new();
    let mut number = |ident: String, place: usize| {
        let line = format!("const int64_t {ident} = plan[{place}];");
        all.push(Declaration { ident, line });
    };
    for (population, name) in program.populations.iter().enumerate() {
        number(format!("n_{name}"), plan.size(population));
        number(format!("slots_{name}"), plan.slots(population));
    }
    for (k, synapses) in program.synapses.iter().enumerate() {
        let name = &synapses.name;
        number(format!("rows_{name}"), plan.synapses(k, SynapseEntry::Rows));
        number(format!("columns_{name}"), plan.synapses(k, SynapseEntry::Columns));
        number(format!("source_start_{name}"), plan.synapses(k, SynapseEntry::SourceStart));
        number(format!("target_start_{name}"), plan.synapses(k, SynapseEntry::TargetStart));
    }
    let pathways = program.synapses.iter().flat_map(|synapses| &synapses.pathways);
    for (number_of, pathway) in pathways.enumerate() {
        number(format!("n_delays_{}", pathway.name), plan.delays(number_of));
        number(format!("room_{}", pathway.name), plan.room(number_of));
    }
    for k in 0..program.records.len() {
        number(format!("every_{k}"), plan.record(k, RecordEntry::Every));
        number(format!("count_{k}"), plan.record(k, RecordEntry::Count));
        number(format!("start_{k}"), plan.record(k, RecordEntry::Start));
        number(format!("from_{k}"), plan.record(k, RecordEntry::From));
        number(format!("to_{k}"), plan.record(k, RecordEntry::To));
    }
    for (k, input) in program.inputs.iter().enumerate() {
        number(format!("input_start_{}", input.name), plan.input(k, InputEntry::Start));
        number(format!("input_count_{}", input.name), plan.input(k, InputEntry::Count));
    }
    for (k, name) in program.data.iter().enumerate() {
        number(format!("rows_of_{name}"), plan.data(k, DataEntry::Rows));
        number(format!("columns_of_{name}"), plan.data(k, DataEntry::Columns));
    }
    for (a, action) in program.actions.iter().enumerate() {
        let name = action.action;
        number(format!("every_action_{name}"), plan.action(a, ActionEntry::Every));
        number(format!("size_action_{name}"), plan.action(a, ActionEntry::Count));
        number(format!("start_action_{name}"), plan.action(a, ActionEntry::Start));
    }
    for generator in &program.generators {
        let (k, name) = (generator.generator, &generator.name);
        number(format!("count_{name}"), plan.generator(k, GeneratorEntry::Count));
        number(format!("period_{name}"), plan.generator(k, GeneratorEntry::Period));
    }
    let mut tested = 0;
    for TestedOf { name, variables } in &program.tested {
        // The number of the owner's first variable among those that are tested for divergence.
        let line = format!("const int64_t tested_{name} = {tested};");
        all.push(Declaration { ident: format!("tested_{name}"), line });
        tested += variables.len();
    }
    let mut number = |ident: String, place: usize| {
        let line = format!("const int64_t {ident} = plan[{place}];");
        all.push(Declaration { ident, line });
    };
    number("events_most".into(), plan.events_most());
    number("records_most".into(), plan.records_most());
    all
}

fn arrays(program: &StepProgram) -> Vec<Declaration> {
    let plan = Plan::of(program);
    let mut all = Vec::new();
    for (number, field) in program.fields.list.iter().enumerate() {
        let of = match field.element {
            Element::F64 => "double",
            Element::F32 => "float",
            Element::I64 => "int64_t",
            Element::I32 => "int32_t",
        };
        let ident = &field.ident;
        let read_only = if matches!(field.extent, Extent::Data(_)) { "const " } else { "" };
        let place = plan.field(number);
        let line =
            format!("{read_only}{of} *restrict const {ident} = ({read_only}{of} *)(base + plan[{place}]);");
        all.push(Declaration { ident: ident.clone(), line });
    }
    all
}

fn declare(ident: &str, line: &str) -> Declaration {
    Declaration { ident: ident.to_string(), line: line.to_string() }
}
