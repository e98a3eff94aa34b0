//! The tasks of a step in the order of the schedule.
//!
//! With one clock they follow each other; with several, those of a clock are done when it ticks, with `step` and `t` of
//! that clock.

use std::collections::HashSet;

use crate::phases::Part;
use crate::program::StepProgram;
use crate::program::schedule::{Scheduled, Task};

use super::clocked;
use super::deliver;
use super::generators;
use super::groups;
use super::inputs;
use super::occasions;
use super::phases;
use super::recording;
use super::writer::Writer;

/// All tasks on one clock.
pub fn tasks(program: &StepProgram, out: &mut Writer) {
    out.line("const double t = (double)step * dt;");
    out.line("(void)t;");
    let mut block = Block::default();
    program.schedule.tasks.iter().for_each(|scheduled| block.task(program, scheduled, out));
}

/// The tasks of several clocks: runs of tasks on one clock become a block each.
pub fn tasks_of_clocks(program: &StepProgram, out: &mut Writer) {
    let doing: Vec<&Scheduled> =
        program.schedule.tasks.iter().filter(|s| !is_done_elsewhere(program, s.task)).collect();
    for run in doing.chunk_by(|a, b| a.clock == b.clock) {
        let clock = run[0].clock;
        out.open(format!("if (due_{clock})"));
        out.line(format!("const int64_t step = step_{clock};"));
        out.line(format!("const double t = t_{clock};"));
        out.line("(void)step; (void)t;");
        let mut block = Block::default();
        run.iter().for_each(|scheduled| block.task(program, scheduled, out));
        out.close();
    }
}

/// Tasks that the loop of another one does.
fn is_done_elsewhere(program: &StepProgram, task: Task) -> bool {
    match task {
        Task::Threshold(g) => program.groups[g].test.is_none(),
        Task::Reset(_) => !program.coupled,
        _ => false,
    }
}

/// One block of C: what is declared in it.
#[derive(Default)]
struct Block {
    /// Populations whose list of this step's spikes has a name here.
    listed: HashSet<usize>,
    /// Groups whose values of a step have names here.
    timed: HashSet<usize>,
}

impl Block {
    fn task(&mut self, program: &StepProgram, scheduled: &Scheduled, out: &mut Writer) {
        let Scheduled { task, late, .. } = *scheduled;
        if is_done_elsewhere(program, task) {
            return;
        }
        match task {
            Task::Record(m) => {
                let all = program.records.iter().enumerate().filter(|(_, r)| r.monitor == m);
                for (k, record) in all {
                    match (record.on, record.synapses) {
                        (None, None) => recording::record(program, k, record, out),
                        (None, Some(of)) => recording::record_synapses(program, k, record, of, out),
                        (Some(on), _) => {
                            self.list(on, &program.populations[on], late.then_some(None), out);
                            recording::capture(program, k, record, out);
                            if late {
                                out.close();
                            }
                        }
                    }
                }
            }
            Task::Reduce(r) => {
                let found = program.reductions.iter().find(|p| p.reduction == r);
                found.into_iter().for_each(|reduction| recording::reduce(program, reduction, out));
            }
            Task::Hold(g) => groups::hold(program, &program.groups[g], out),
            Task::Update(g) => {
                let group = &program.groups[g];
                if group.crossed.is_some() && group.test.is_none() {
                    self.listed.insert(g);
                }
                self.once_a_step(program, g, out);
                groups::update(program, group, g, out);
                out.line(format!("neuron_updates += hi_{0} - lo_{0};", group.name));
            }
            Task::Threshold(g) => {
                self.listed.insert(g);
                self.once_a_step(program, g, out);
                groups::test(program, &program.groups[g], g, out);
            }
            Task::Poisson(p) => groups::poisson(program, &program.poisson[p], program.groups.len() + p, out),
            Task::Generator(g) => generators::step(program, &program.generators[g], out),
            Task::Input(k) => inputs::step(program, k, out),
            Task::Pathway(k, p) => deliver::pathway(program, k, p, late, out),
            Task::Integrate(k) => clocked::integrate(program, k, out),
            Task::HoldSynapses(k) => clocked::hold(program, k, out),
            Task::Sum(k, s) => clocked::sum(program, k, s, out),
            Task::Reset(g) => {
                let group = &program.groups[g];
                let awake = phases::awake(program, &[Part::Group(g)]);
                self.list(g, &group.name, late.then_some(awake), out);
                groups::reset(group, out);
                if late {
                    out.close();
                }
            }
            Task::Event(..) | Task::EventCode(..) => self.event(program, scheduled, out),
            Task::Action(a) => {
                let found = program.actions.iter().find(|p| p.action == a);
                found.into_iter().for_each(|action| occasions::action(program, action, out));
            }
        }
    }

    fn once_a_step(&mut self, program: &StepProgram, group: usize, out: &mut Writer) {
        if self.timed.insert(group) {
            let group = &program.groups[group];
            groups::once_a_step(&group.stepwise, &group.loop_names, out);
        }
    }

    /// Gives names to the list of those that spiked, unless it has them here; where that is the list of the step before, in
    /// a block of their own, which is left open, and done unless its group rests.
    fn list(&mut self, population: usize, name: &str, late: Option<Option<String>>, out: &mut Writer) {
        if let Some(awake) = late {
            out.open(awake.map_or(String::new(), |awake| format!("if ({awake})")));
            groups::list_last_spikes(name, out);
        } else if self.listed.insert(population) {
            groups::list_spikes(name, out);
        }
    }

    fn event(&mut self, program: &StepProgram, scheduled: &Scheduled, out: &mut Writer) {
        let Scheduled { task, late, .. } = *scheduled;
        for event in &program.events {
            let (g, k) = event.event;
            if task == Task::Event(g, k) {
                self.listed.insert(event.population);
                occasions::event(program, event, out);
            } else if task == Task::EventCode(g, k) {
                let awake = phases::awake(program, &[Part::Group(g), Part::Event(g, k)]);
                self.list(event.population, &event.names[0], late.then_some(awake), out);
                occasions::event_code(event, out);
                if late {
                    out.close();
                }
            }
        }
    }
}
