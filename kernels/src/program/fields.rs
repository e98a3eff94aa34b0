//! The arrays of a kernel: names, kinds of element and extents; where they lie is the layout's business.

use crate::language::ast::ValueKind;

/// The kinds of stored element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Element {
    F64,
    F32,
    I64,
    I32,
}

impl Element {
    /// What stores values of a kind; booleans are 0 or 1.
    pub fn of(kind: ValueKind) -> Element {
        match kind {
            ValueKind::Real => Element::F64,
            ValueKind::Integer | ValueKind::Boolean => Element::I32,
        }
    }

    /// Bytes of one.
    pub fn bytes(self) -> u64 {
        match self {
            Element::F64 | Element::I64 => 8,
            Element::F32 | Element::I32 => 4,
        }
    }
}

/// How many elements an array has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// One for each element of a population, in all lanes.
    Elements(usize),
    /// The same number always.
    Fixed(u64),
    /// One for each synapse of an object.
    Synapses(usize),
    /// Rows of a synapse object plus one.
    Rows(usize),
    /// Columns of a synapse object: neurons of its target.
    Columns(usize),
    /// (rows x distinct delays) plus one of a pathway.
    Delayed(usize),
    /// Distinct delays of a pathway.
    Delays(usize),
    /// Spikes of a population for as many steps as its longest delay needs.
    Ring(usize),
    /// The queue of a pathway: entries for each step that a ring holds.
    Queue(usize),
    /// How many entries there are for each of these steps, and how many at most for any.
    Queued(usize),
    /// One for each step that a ring holds.
    RingSteps(usize),
    /// So many for each lane.
    Lanes(u64),
    /// The spike buffer: 16 bytes an event.
    Events,
    /// The buffer of state records, in words of 8 bytes.
    Records,
    /// The index list of a monitor.
    Indices(usize),
    /// The synapses that a monitor chooses: their numbers, for each choice of the program.
    Chosen(usize),
    /// The spikes of a spike generator: time (s) and neuron of each.
    Train(usize),
    /// The pairs of one rule of a synapse object.
    Pairs(usize, usize),
    /// A block of the model's data: it lies in the shared part of the segment, not in an arena.
    Data(usize),
}

/// One array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its identifier in the kernel.
    pub ident: String,
    /// What it holds.
    pub element: Element,
    /// How much of it.
    pub extent: Extent,
    /// Set to zero when a batch starts.
    pub zeroed: bool,
    /// Belongs to the connectivity of this synapse object: read-only while simulating, shared where points agree.
    pub structural: Option<usize>,
}

/// All arrays, in the order of their places in the plan.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// The arrays.
    pub list: Vec<Field>,
}

impl Fields {
    /// Adds an array; its position is its number.
    pub fn add(&mut self, field: Field) -> usize {
        self.list.push(field);
        self.list.len() - 1
    }

    /// The number of an array.
    pub fn number(&self, ident: &str) -> Option<usize> {
        self.list.iter().position(|f| f.ident == ident)
    }
}
