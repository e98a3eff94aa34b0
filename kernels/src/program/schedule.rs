//! What a step does, in which order: objects sorted by slot, order and name, as Brian sorts them.
//!
//! `c::advance` walks the list. Where nothing lies between the state update of a group and its threshold that could
//! tell the difference, both become one loop; a batch of lanes needs that, and the reset too.

use crate::language::ast::Flag;
use crate::model::{Model, MonitorKind, Population};
use crate::slots::{Slots, When};

use super::clocked;

/// One thing that a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// The monitor of this number in the model copies its values.
    Record(usize),
    /// The reduction of this number takes its values in.
    Reduce(usize),
    /// Subexpressions of a group that keep their value for the step are computed.
    Hold(usize),
    /// The state of a group moves on by a step.
    Update(usize),
    /// Who of a group spikes.
    Threshold(usize),
    /// Who of a Poisson group spikes.
    Poisson(usize),
    /// Who of a spike generator spikes.
    Generator(usize),
    /// Events of a Poisson input arrive.
    Input(usize),
    /// Spikes arrive at an object of synapses, by one of its pathways.
    Pathway(usize, usize),
    /// The state of an object of synapses moves on by a step.
    Integrate(usize),
    /// Subexpressions of an object of synapses that keep their value for the step are computed.
    HoldSynapses(usize),
    /// Variables of neurons become sums over the synapses of an object: its number, and that of the sum.
    Sum(usize, usize),
    /// The neurons of a group that spiked are reset.
    Reset(usize),
    /// To whom a custom event of a group happens.
    Event(usize, usize),
    /// What is done to them.
    EventCode(usize, usize),
    /// The code of an action.
    Action(usize),
}

/// A task with its place in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// Slot and order.
    pub when: When,
    /// Decides between equals: the name of the object, or what Brian calls the part of it that does this
    /// (`P_stateupdater`, so that `P2` comes before `P`).
    pub name: String,
    /// On which clock: 0 is that of the run.
    pub clock: usize,
    /// What is done.
    pub task: Task,
    /// It is done to those that spiked in the step before.
    pub late: bool,
}

/// The tasks of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedule {
    /// In order.
    pub tasks: Vec<Scheduled>,
    /// Groups whose threshold must wait until all groups are updated.
    late: Vec<bool>,
}

impl Schedule {
    /// The schedule of a model.
    pub fn of(model: &Model) -> Schedule {
        let mut schedule = Schedule { late: late(model), ..Schedule::default() };
        schedule.groups(model);
        schedule.synapses(model);
        schedule.inputs(model);
        schedule.observers(model);
        schedule.tasks.sort_by(|a, b| (a.when, &a.name).cmp(&(b.when, &b.name)));
        let late: Vec<bool> = schedule.tasks.iter().map(|t| schedule.is_late(model, t.task)).collect();
        schedule.tasks.iter_mut().zip(late).for_each(|(task, late)| task.late = late);
        schedule
    }

    fn add(&mut self, when: When, name: &str, clock: usize, task: Task) {
        self.tasks.push(Scheduled { when, name: name.to_string(), clock, task, late: false });
    }

    fn groups(&mut self, model: &Model) {
        let slots = &model.slots;
        for (g, group) in model.groups.iter().enumerate() {
            let mut add = |slot, what, task| {
                let name = format!("{}_{what}", group.name);
                self.add(slots.standard(slot, group.order), &name, group.clock, task);
            };
            if group.equations.iter().any(|e| e.has(Flag::ConstantOverDt)) {
                add("before_start", "subexpression_update", Task::Hold(g));
            }
            add("groups", "stateupdater", Task::Update(g));
            if group.threshold.is_some() {
                add("thresholds", "spike_thresholder", Task::Threshold(g));
                if !group.reset.is_empty() {
                    add("resets", "spike_resetter", Task::Reset(g));
                }
            }
        }
        for (g, group) in model.groups.iter().enumerate() {
            for (k, event) in group.events.iter().enumerate() {
                let name = |what| format!("{}_{}_{what}", group.name, event.name);
                let tested = event.when.unwrap_or(slots.standard("after_thresholds", group.order));
                self.add(tested, &name("thresholder"), group.clock, Task::Event(g, k));
                if !event.code.is_empty() {
                    let done = event.code_when.unwrap_or(slots.standard("after_resets", group.order));
                    self.add(done, &name("resetter"), group.clock, Task::EventCode(g, k));
                }
            }
        }
        for (a, action) in model.actions.iter().enumerate() {
            let when = action.when.unwrap_or(slots.standard("start", 0));
            self.add(when, &action.name, action.clock, Task::Action(a));
        }
        for (p, group) in model.poisson.iter().enumerate() {
            let when = group.when.unwrap_or(slots.standard("thresholds", 0));
            let name = format!("{}_spike_thresholder", group.name);
            self.add(when, &name, group.clock, Task::Poisson(p));
        }
        for (g, generator) in model.generators.iter().enumerate() {
            let when = generator.when.unwrap_or(slots.standard("thresholds", 0));
            self.add(when, &generator.name, generator.clock, Task::Generator(g));
        }
    }

    /// Brian's orders: all pathways from sources by name, then all from targets by name; sums before the groups that they are
    /// of.
    fn synapses(&mut self, model: &Model) {
        for (k, synapses) in model.synapses.iter().enumerate() {
            for (p, pathway) in synapses.pathways.iter().enumerate() {
                let usual = model.slots.standard("synapses", pathway.side.usual_order());
                let name = format!("{}_{}", synapses.name, pathway.name);
                self.add(
                    pathway.when.unwrap_or(usual),
                    &name,
                    model.clock(pathway.sender),
                    Task::Pathway(k, p),
                );
            }
            if clocked::holds(synapses) {
                let name = format!("{}_subexpression_update", synapses.name);
                self.add(
                    model.slots.standard("before_start", 0),
                    &name,
                    synapses.clock,
                    Task::HoldSynapses(k),
                );
            }
            if clocked::has(synapses) {
                let name = format!("{}_stateupdater", synapses.name);
                self.add(model.slots.standard("groups", 0), &name, synapses.clock, Task::Integrate(k));
            }
            for (s, sum) in synapses.sums.iter().enumerate() {
                let name = format!("{}_summed_variable_{}{}", synapses.name, sum.variable, sum.side.suffix());
                let of = synapses.end(sum.side).of;
                let order = match of {
                    Population::Group(g) => model.groups[g].order,
                    _ => 0,
                };
                let when = model.slots.standard("groups", order - 1);
                self.add(when, &name, model.clock(of), Task::Sum(k, s));
            }
        }
    }

    /// Between the two kinds of pathway, as in Brian; on the clock of the target.
    fn inputs(&mut self, model: &Model) {
        for (k, input) in model.poisson_inputs.iter().enumerate() {
            let when = input.when.unwrap_or(model.slots.standard("synapses", 0));
            self.add(when, &input.name, model.clock(input.target.of), Task::Input(k));
        }
    }

    fn observers(&mut self, model: &Model) {
        let start = |slots: &Slots| slots.standard("start", 0);
        for (m, monitor) in model.monitors.iter().enumerate() {
            let usual = match &monitor.kind {
                MonitorKind::State { .. } | MonitorKind::Synapses { .. } | MonitorKind::Snapshot { .. } => {
                    start(&model.slots)
                }
                // Before the reset, as Brian's monitors: behind the task that finds out who spikes.
                MonitorKind::Spikes { variables } if !variables.is_empty() => {
                    let found = self.tasks.iter().find(|t| t.task == spiking(monitor.source.of));
                    match found {
                        Some(found) => When { order: found.when.order + 1, ..found.when },
                        None => continue,
                    }
                }
                _ => continue,
            };
            self.add(monitor.when.unwrap_or(usual), &monitor.name, monitor.clock, Task::Record(m));
        }
        for (r, reduction) in model.reductions.iter().enumerate() {
            let clock = model.clock(reduction.source.of);
            self.add(start(&model.slots), &reduction.name, clock, Task::Reduce(r));
        }
    }

    fn position(&self, task: Task) -> Option<usize> {
        self.tasks.iter().position(|t| t.task == task)
    }

    /// Whether what is done to those that spiked comes before it is found out who does: then it is done to those of the
    /// step before, whose list Brian's objects still hold.
    fn is_late(&self, model: &Model, task: Task) -> bool {
        let source = match task {
            Task::Pathway(k, p) => spiking(model.synapses[k].pathways[p].sender),
            Task::Reset(g) => Task::Threshold(g),
            Task::EventCode(g, k) => Task::Event(g, k),
            Task::Record(m) if matches!(model.monitors[m].kind, MonitorKind::Spikes { .. }) => {
                spiking(model.monitors[m].source.of)
            }
            _ => return false,
        };
        self.position(task) < self.position(source)
    }

    /// Whether all that lies between two tasks of a group leaves it alone; `false` where one is missing or the
    /// second comes first.
    fn nothing_between(&self, group: usize, first: Task, second: Task) -> bool {
        let (Some(a), Some(b)) = (self.position(first), self.position(second)) else { return false };
        a < b
            && self.tasks[a + 1..b].iter().all(|t| match t.task {
                Task::Update(_) | Task::Threshold(_) | Task::Poisson(_) | Task::Generator(_) => true,
                Task::Reset(other) => other != group,
                _ => false,
            })
    }

    /// The threshold of a group can be tested in the loop that updates its state.
    pub fn tests_in_update(&self, group: usize) -> bool {
        !self.late[group] && self.nothing_between(group, Task::Update(group), Task::Threshold(group))
    }

    /// All groups can be updated, tested and reset in one loop each, as lanes need it.
    pub fn fits_lanes(&self, model: &Model) -> bool {
        model.clocks.is_empty()
            && (0..model.groups.len()).all(|g| {
                let spikes = self.position(Task::Threshold(g)).is_some();
                let resets = self.position(Task::Reset(g)).is_some();
                !spikes
                    || self.tests_in_update(g)
                        && (!resets || self.nothing_between(g, Task::Threshold(g), Task::Reset(g)))
            })
    }
}

/// Where it is found out who spikes.
///
/// # Panics
/// For synapses: what waits for their spikes is refused.
fn spiking(of: Population) -> Task {
    match of {
        Population::Group(g) => Task::Threshold(g),
        Population::Poisson(p) => Task::Poisson(p),
        Population::Generator(g) => Task::Generator(g),
        Population::Event(g, k) => Task::Event(g, k),
        Population::Synapses(_) => unreachable!("synapses do not spike"),
    }
}

/// A threshold may read what it is linked to, and what is linked to it may read who spiked: then all states are updated
/// before it is tested.
fn late(model: &Model) -> Vec<bool> {
    let watched = |g: usize| {
        let links = model.groups.iter().flat_map(|group| &group.links);
        links.into_iter().any(|link| link.of == Population::Group(g) && is_of_spikes(model, g, &link.source))
    };
    model.groups.iter().enumerate().map(|(g, group)| !group.links.is_empty() || watched(g)).collect()
}

/// Whether a variable changes with the threshold: `lastspike`, `not_refractory`, or a subexpression of the group.
fn is_of_spikes(model: &Model, group: usize, variable: &str) -> bool {
    let stored = |e: &crate::language::ast::Equation| {
        e.name == variable && !matches!(e.kind, crate::language::ast::EquationKind::Subexpression(_))
    };
    !model.groups[group].equations.iter().any(stored)
}
