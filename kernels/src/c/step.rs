//! The tasks of a step in the order of the schedule.
//!
//! With one clock they follow each other; with several, those of a clock are done when it ticks, with `step` and `t` of
//! that clock.

use std::collections::HashSet;

use crate::program::StepProgram;
use crate::program::schedule::{Scheduled, Task};

use super::deliver;
use super::groups;
use super::occasions;
use super::writer::Writer;

/// All tasks on one clock.
pub fn tasks(program: &StepProgram, out: &mut Writer) {
    out.line("const double t = (double)step * dt;");
    out.line("(void)t;");
    let mut block = Block::default();
    program.schedule.tasks.iter().for_each(|scheduled| block.task(program, scheduled.task, out));
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
        run.iter().for_each(|scheduled| block.task(program, scheduled.task, out));
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
}

impl Block {
    fn task(&mut self, program: &StepProgram, task: Task, out: &mut Writer) {
        if is_done_elsewhere(program, task) {
            return;
        }
        match task {
            Task::Record(m) => {
                let found = program.records.iter().enumerate().find(|(_, r)| r.monitor == m);
                found.into_iter().for_each(|(k, record)| groups::record(program, k, record, out));
            }
            Task::Reduce(r) => {
                let found = program.reductions.iter().find(|p| p.reduction == r);
                found.into_iter().for_each(|reduction| groups::reduce(program, reduction, out));
            }
            Task::Hold(g) => groups::hold(program, &program.groups[g], out),
            Task::Update(g) => {
                let group = &program.groups[g];
                if group.crossed.is_some() && group.test.is_none() {
                    self.listed.insert(g);
                }
                groups::update(program, group, g, out);
                out.line(format!("neuron_updates += hi_{0} - lo_{0};", group.name));
            }
            Task::Threshold(g) => {
                self.listed.insert(g);
                groups::test(program, &program.groups[g], g, out);
            }
            Task::Poisson(p) => groups::poisson(program, &program.poisson[p], program.groups.len() + p, out),
            Task::Pre(k) => deliver::pre(program, k, out),
            Task::Post(k) => deliver::post(program, k, out),
            Task::Reset(g) => {
                let group = &program.groups[g];
                if self.listed.insert(g) {
                    groups::list_spikes(&group.name, out);
                }
                groups::reset(group, out);
            }
            Task::Event(..) | Task::EventCode(..) => self.event(program, task, out),
            Task::Action(a) => {
                let found = program.actions.iter().find(|p| p.action == a);
                found.into_iter().for_each(|action| occasions::action(program, action, out));
            }
        }
    }

    fn event(&mut self, program: &StepProgram, task: Task, out: &mut Writer) {
        for event in &program.events {
            let (g, k) = event.event;
            if task == Task::Event(g, k) {
                self.listed.insert(event.population);
                occasions::event(program, event, out);
            } else if task == Task::EventCode(g, k) {
                let listed = !self.listed.insert(event.population);
                occasions::event_code(event, listed, out);
            }
        }
    }
}
