//! Places in the plan: the array of int64 through which a kernel finds everything.
//!
//! The one definition of their order; the printer of kernels and the layout both ask here.

use crate::program::StepProgram;

/// Knows the plan of one program.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    populations: usize,
    fields: usize,
    synapses: usize,
    pathways: usize,
    records: usize,
    inputs: usize,
    actions: usize,
    data: usize,
    generators: usize,
}

/// Numbers kept for each spike generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratorEntry {
    /// Spikes in its list.
    Count,
    /// Steps after which the list begins anew.
    Period,
}

/// Numbers kept for each action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionEntry {
    /// Steps between.
    Every,
    /// Elements of the slice.
    Count,
    /// Its first element.
    Start,
}

/// Numbers kept for each object of synapses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SynapseEntry {
    /// Elements in the source slice.
    Rows,
    /// Elements in the target slice.
    Columns,
    /// First element of the source slice.
    SourceStart,
    /// First element of the target slice.
    TargetStart,
}

/// Numbers kept for each Poisson input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputEntry {
    /// First element of the target.
    Start,
    /// Elements of the target.
    Count,
}

/// Numbers kept for each state monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordEntry {
    /// Steps between records.
    Every,
    /// Elements a record.
    Count,
    /// First element of the slice.
    Start,
    /// First step of the window.
    From,
    /// One past its last step.
    To,
}

/// Numbers kept for each block of read-only data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataEntry {
    /// Rows.
    Rows,
    /// Numbers in a row.
    Columns,
}

impl Plan {
    /// The plan of a program.
    pub fn of(program: &StepProgram) -> Plan {
        Plan {
            populations: program.populations.len(),
            fields: program.fields.list.len(),
            synapses: program.synapses.len(),
            pathways: program.pathways(),
            records: program.records.len(),
            inputs: program.inputs.len(),
            data: program.data.len(),
            actions: program.actions.len(),
            generators: program.generators.len(),
        }
    }

    /// Elements of a population in one lane.
    pub fn size(&self, population: usize) -> usize {
        population
    }

    /// Steps that a population's ring of spikes holds.
    pub fn slots(&self, population: usize) -> usize {
        self.populations + population
    }

    /// Offset of an array.
    pub fn field(&self, number: usize) -> usize {
        2 * self.populations + number
    }

    /// A number of an object of synapses.
    pub fn synapses(&self, object: usize, entry: SynapseEntry) -> usize {
        2 * self.populations + self.fields + 4 * object + entry as usize
    }

    /// Distinct delays of a pathway, counted over all objects.
    pub fn delays(&self, pathway: usize) -> usize {
        2 * self.populations + self.fields + 4 * self.synapses + pathway
    }

    /// Entries of a pathway's queue for each step; 0: it has none.
    pub fn room(&self, pathway: usize) -> usize {
        self.delays(self.pathways) + pathway
    }

    /// A number of a state monitor.
    pub fn record(&self, record: usize, entry: RecordEntry) -> usize {
        2 * self.populations
            + self.fields
            + 4 * self.synapses
            + 2 * self.pathways
            + 5 * record
            + entry as usize
    }

    /// A number of a Poisson input.
    pub fn input(&self, input: usize, entry: InputEntry) -> usize {
        let before = 2 * self.populations + self.fields + 4 * self.synapses + 2 * self.pathways;
        before + 5 * self.records + 3 * self.actions + 2 * input + entry as usize
    }

    /// A number of an action.
    pub fn action(&self, action: usize, entry: ActionEntry) -> usize {
        2 * self.populations
            + self.fields
            + 4 * self.synapses
            + 2 * self.pathways
            + 5 * self.records
            + 3 * action
            + entry as usize
    }

    /// Most events that one step of one block can add to the spike buffer.
    pub fn events_most(&self) -> usize {
        2 * self.populations
            + self.fields
            + 4 * self.synapses
            + 2 * self.pathways
            + 5 * self.records
            + 3 * self.actions
            + 2 * self.inputs
    }

    /// Most words that one step of one block can add to the state buffer.
    pub fn records_most(&self) -> usize {
        self.events_most() + 1
    }

    /// A number of a block of read-only data.
    pub fn data(&self, number: usize, entry: DataEntry) -> usize {
        self.events_most() + 2 + 2 * number + entry as usize
    }

    /// A number of a spike generator.
    pub fn generator(&self, number: usize, entry: GeneratorEntry) -> usize {
        self.data(self.data, DataEntry::Rows) + 2 * number + entry as usize
    }

    /// Entries in all.
    pub fn len(&self) -> usize {
        self.generator(self.generators, GeneratorEntry::Count)
    }

    /// Never: room for events and records is always there.
    pub fn is_empty(&self) -> bool {
        false
    }
}
