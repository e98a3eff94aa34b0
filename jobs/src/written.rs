//! The job as written: every table and key in its place, everything with its span, nothing interpreted.

mod connect;
mod synapses;

use kernels::language::ast::{Span, TextId};

use crate::tree::Key;

pub use connect::{Chosen, Connect, Given};
pub use synapses::{Pathway, Synapses};

/// A string value.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// The text it means.
    pub id: TextId,
    /// Its place in the file.
    pub span: Span,
}

/// A single value: a number, a boolean, or a string that is a quantity or an expression.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// What it is.
    pub form: Form,
    /// Its place in the file.
    pub span: Span,
}

/// The forms of a single value.
#[derive(Debug, Clone)]
pub enum Form {
    /// An integer.
    Integer(i64),
    /// Any other number, as written.
    Real(String),
    /// A boolean.
    Boolean(bool),
    /// A string.
    Text(TextId),
}

/// The job file.
#[derive(Debug, Default)]
pub struct Written {
    /// `job.name`
    pub name: Option<Text>,
    /// `job.description`
    pub description: Option<Text>,
    /// `[run]`
    pub run: Run,
    /// `[parameters]`
    pub parameters: Vec<(Key, ParameterForm)>,
    /// `[functions.*]`
    pub functions: Vec<Function>,
    /// `[schemes]`
    pub schemes: Vec<(Key, Text)>,
    /// `[neurons.*]`
    pub neurons: Vec<Neurons>,
    /// `[synapses.*]`
    pub synapses: Vec<Synapses>,
    /// `[poisson.*]`
    pub poisson: Vec<Poisson>,
    /// `[spike_generators.*]`
    pub spike_generators: Vec<SpikeGenerator>,
    /// `[timed_arrays.*]`
    pub timed_arrays: Vec<TimedArray>,
    /// `[poisson_inputs.*]`
    pub poisson_inputs: Vec<PoissonInput>,
    /// `[actions.*]`
    pub actions: Vec<Action>,
    /// `[record.*]`
    pub record: Vec<Record>,
    /// `[summary]`
    pub summary: Vec<(Key, Text)>,
    /// `[[phase]]`
    pub phases: Vec<Phase>,
    /// `[[sweep]]`
    pub sweeps: Vec<Sweep>,
    /// `[output]`
    pub output: Output,
}

/// `[run]`
#[derive(Debug, Default)]
pub struct Run {
    /// Simulated time.
    pub duration: Option<Scalar>,
    /// Time step.
    pub dt: Option<Scalar>,
    /// Seed of the random numbers.
    pub seed: Option<Scalar>,
    /// `"common"` or `"independent"`
    pub noise: Option<Text>,
    /// `"strict"`
    pub arithmetic: Option<Text>,
    /// `"double"`
    pub precision: Option<Text>,
    /// Values that are not finite are looked for at each step.
    pub strict_nan: bool,
    /// The slots of a step, and where they are listed.
    pub slots: Option<(Vec<Text>, Span)>,
    /// How often the state of a point is kept.
    pub checkpoint: Option<Scalar>,
    /// Where the table stands, for what is missing in it.
    pub span: Span,
}

/// The right-hand side of a parameter.
#[derive(Debug)]
pub enum ParameterForm {
    /// A number, boolean, quantity or expression.
    Scalar(Scalar),
    /// `{ text = "euler" }`
    Text(Text),
    /// `[1, 2, 3]`
    List(Vec<Scalar>, Span),
    /// `{ file = "x.csv", column = "drive_mV" }`
    File(DataFile),
}

/// A column of a CSV file, or an NPY file.
#[derive(Debug)]
pub struct DataFile {
    /// Its name.
    pub file: Text,
    /// The column of a CSV file.
    pub column: Option<Text>,
    /// The unit of the numbers.
    pub unit: Option<Text>,
    /// Where it stands.
    pub span: Span,
}

/// `[functions.NAME]`
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: Key,
    /// `arguments`
    pub arguments: Option<(Vec<Text>, Span)>,
    /// `value`
    pub value: Option<Text>,
    /// `x` of a table.
    pub x: Option<Values>,
    /// `y` of a table.
    pub y: Option<Values>,
    /// `interpolation`
    pub interpolation: Option<Text>,
    /// `outside`
    pub outside: Option<Text>,
    /// Whether it has keys of a table, well written or not.
    pub is_table: bool,
    /// Whether it has keys of a formula, likewise.
    pub is_formula: bool,
}

/// Values in a row.
#[derive(Debug)]
pub enum Values {
    /// `[1, 2, 3]`
    List(Vec<Scalar>, Span),
    /// `{ file = "x.csv", column = "drive_mV" }`
    File(DataFile),
}

/// `{ where = "...", set = "..." }`, or only a text.
#[derive(Debug)]
pub struct Block {
    /// The condition.
    pub condition: Option<Text>,
    /// The statements.
    pub set: Text,
}

/// Keys of `[neurons.NAME]` and `[synapses.NAME]` for methods with inner steps of adaptive length.
#[derive(Debug, Default)]
pub struct Tolerances {
    /// `absolute_tolerance`
    pub absolute: Option<Absolute>,
    /// `relative_tolerance`
    pub relative: Option<Scalar>,
    /// `max_steps`
    pub max_steps: Option<Scalar>,
}

/// The forms of `absolute_tolerance`.
#[derive(Debug)]
pub enum Absolute {
    /// A pure number for all variables.
    All(Scalar),
    /// `{ v = "1e-6 mV" }`
    Each(Vec<(Key, Scalar)>),
}

/// `[neurons.NAME]`
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Neurons {
    pub name: Key,
    pub size: Option<Scalar>,
    pub equations: Option<Text>,
    pub method: Option<Text>,
    pub tolerances: Tolerances,
    pub threshold: Option<Text>,
    pub reset: Option<Text>,
    pub refractory: Option<Scalar>,
    pub initial: Vec<Block>,
    pub expected_rate: Option<Scalar>,
    pub dt: Option<Scalar>,
    pub order: Option<i64>,
    pub events: Vec<Event>,
    pub linked: Vec<Link>,
}

/// `[neurons.GROUP.linked.NAME]`
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Link {
    pub name: Key,
    pub from: Option<Text>,
    pub index: Option<Scalar>,
    pub listed: Option<Integers>,
}

/// `[neurons.GROUP.events.NAME]`
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Event {
    pub name: Key,
    pub condition: Option<Text>,
    pub slot: Option<Text>,
    pub order: Option<i64>,
    pub code: Option<Text>,
    pub code_slot: Option<Text>,
    pub code_order: Option<i64>,
    pub expected_rate: Option<Scalar>,
}

/// `[actions.NAME]`
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Action {
    pub name: Key,
    pub on: Option<Text>,
    pub code: Option<Text>,
    pub every: Option<Scalar>,
    pub at: Option<(Vec<Scalar>, Span)>,
    pub slot: Option<Text>,
    pub order: Option<i64>,
}

/// `[poisson.NAME]`
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Poisson {
    pub name: Key,
    pub size: Option<Scalar>,
    pub rate: Option<Scalar>,
    pub dt: Option<Scalar>,
    pub slot: Option<Text>,
    pub order: Option<i64>,
}

/// `[spike_generators.NAME]`
#[derive(Debug)]
#[allow(missing_docs)]
pub struct SpikeGenerator {
    pub name: Key,
    pub size: Option<Scalar>,
    pub indices: Option<Indices>,
    pub times: Option<SpikeTimes>,
    pub csv: Option<Text>,
    /// Column and number of each entry, and where they are written.
    pub rows: Option<(Vec<(Key, Scalar)>, Span)>,
    pub period: Option<Scalar>,
    pub dt: Option<Scalar>,
    pub slot: Option<Text>,
    pub order: Option<i64>,
    /// A list is there that could not be read.
    pub unread: bool,
}

/// Which neurons spike.
#[derive(Debug)]
pub enum Indices {
    /// `[0, 1, 0]`
    List(Integers),
    /// `{ file = "i.npy" }`
    File(DataFile),
}

/// When they do.
#[derive(Debug)]
pub enum SpikeTimes {
    /// `["1 ms", "2 ms"]`
    List(Vec<Scalar>, Span),
    /// `{ file = "t.npy", unit = "s" }`
    File(DataFile),
}

/// `[timed_arrays.NAME]`
#[derive(Debug)]
pub struct TimedArray {
    /// Its name.
    pub name: Key,
    /// `values`, as far as they could be read.
    pub values: Option<Samples>,
    /// `values` is there.
    pub has_values: bool,
    /// `dt`
    pub dt: Option<Scalar>,
    /// `interpolation`
    pub interpolation: Option<Text>,
}

/// The values of a timed array.
#[derive(Debug)]
pub enum Samples {
    /// `[1, 2, 3]`
    List(Vec<Scalar>, Span),
    /// `[[1, 2], [3, 4]]`
    Rows(Vec<(Vec<Scalar>, Span)>, Span),
    /// `{ file = "x.csv", column = "I_nA" }`
    File(SampleFile),
}

/// A file with the values of a timed array.
#[derive(Debug)]
pub struct SampleFile {
    /// Its name.
    pub file: Option<Text>,
    /// One column of a CSV file.
    pub column: Option<Text>,
    /// Several of them.
    pub columns: Option<Columns>,
    /// The unit of the numbers.
    pub unit: Option<Text>,
    /// Where it stands.
    pub span: Span,
}

/// Columns of a CSV file.
#[derive(Debug)]
pub enum Columns {
    /// `"all"`
    All(Text),
    /// These.
    Listed(Vec<Text>, Span),
}

/// `[poisson_inputs.NAME]`
#[derive(Debug)]
#[allow(missing_docs)]
pub struct PoissonInput {
    pub name: Key,
    pub target: Option<Text>,
    pub variable: Option<Text>,
    pub n: Option<Scalar>,
    pub rate: Option<Scalar>,
    pub weight: Option<Scalar>,
    pub slot: Option<Text>,
    pub order: Option<i64>,
}

/// A list of integers.
#[derive(Debug, Clone)]
pub struct Integers {
    /// The values, each with its place.
    pub values: Vec<(i64, Span)>,
    /// The place of the list.
    pub span: Span,
}

/// `[record.NAME]`
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Record {
    pub name: Key,
    pub kind: Option<Text>,
    pub source: Option<Text>,
    pub variables: Option<(Vec<Text>, Span)>,
    pub indices: Option<Integers>,
    pub condition: Option<Text>,
    pub every: Option<Scalar>,
    pub smooth: Option<Smooth>,
    pub slot: Option<Text>,
    pub order: Option<(i64, Span)>,
    pub event: Option<Text>,
    pub at: Option<(Vec<Scalar>, Span)>,
    pub target: Option<Text>,
    pub bin: Option<Scalar>,
    pub max: Option<Scalar>,
    pub from: Option<Scalar>,
    pub to: Option<Scalar>,
    pub last: Option<Scalar>,
}

/// `smooth = { window = "gaussian", width = "1 ms" }`
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Smooth {
    pub window: Option<Text>,
    pub width: Option<Scalar>,
    pub span: Span,
}

/// `[[phase]]`
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Phase {
    pub name: Option<Text>,
    pub duration: Option<Scalar>,
    pub parameters: Vec<(Key, Scalar)>,
    pub off: Vec<Text>,
    pub reset: Vec<Text>,
    pub code: Vec<(Key, Text)>,
    pub share: Option<(bool, Span)>,
    pub span: Span,
}

/// `[[sweep]]`
#[derive(Debug)]
pub struct Sweep {
    /// `axes.NAME`
    pub axes: Vec<(Key, Axis)>,
    /// `zip`: names of axes that advance together.
    pub zip: Vec<(Vec<Text>, Span)>,
    /// `where`
    pub condition: Option<Text>,
    /// `derived.NAME`
    pub derived: Vec<(Key, Scalar)>,
    /// `repeat`
    pub repeat: Option<(i64, Span)>,
    /// `points`
    pub points: Option<Text>,
    /// `design`
    pub design: Option<Text>,
    /// `n`
    pub n: Option<(i64, Span)>,
    /// `seed`
    pub seed: Option<Scalar>,
    /// `scramble`
    pub scramble: Option<Text>,
    /// Where the block stands.
    pub span: Span,
}

/// The values of an axis.
#[derive(Debug)]
pub enum Axis {
    /// `[1, 2, 3]`
    List(Vec<Scalar>, Span),
    /// `{ from, to, n, scale }` or `{ from, to, step }`
    Range(Range),
}

/// A range of values.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Range {
    pub from: Option<Scalar>,
    pub to: Option<Scalar>,
    pub n: Option<(i64, Span)>,
    pub step: Option<Scalar>,
    pub scale: Option<Text>,
    pub span: Span,
}

/// `[output]`
#[derive(Debug, Default)]
pub struct Output {
    /// `units`: by variable or column.
    pub units: Vec<(Key, Text)>,
    /// `columns`
    pub columns: Option<Text>,
    /// `max_bytes`
    pub max_bytes: Option<(i64, Span)>,
}
