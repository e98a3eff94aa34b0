//! Which parameters a kernel reads in its first phases, read off its text: what is not named there cannot matter.

use crate::phases::Part;
use crate::program::StepProgram;
use crate::program::algebra::real;
use crate::program::schedule::Task;

use super::occasions::part_of;
use super::writer::{Writer, mentions};
use super::{advance, phases, prepare};

/// Numbers of parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    /// Read by initial values, before the first phase.
    pub initial: Vec<usize>,
    /// Read while these phases last.
    pub phases: Vec<usize>,
}

/// What is read in the first so many phases, by objects that do not rest in all of them.
pub fn reads(program: &StepProgram, count: usize) -> Reads {
    let mut initial = Writer::at(0);
    program.groups.iter().for_each(|group| prepare::initial(program, group, &mut initial));
    let initial = initial.finish();
    let awake = awake(program, count);
    let text = format!("{}{}", advance::function(&awake), phases::function(&awake).unwrap_or_default());
    let named = |text: &str| {
        let all = program.parameters.iter().enumerate();
        all.filter(|(_, name)| mentions(text, &format!("p_{name}"))).map(|(k, _)| k).collect()
    };
    Reads { initial: named(&initial), phases: named(&text) }
}

/// The program without what rests in all of the first phases, and without the beginnings of later ones.
fn awake(program: &StepProgram, count: usize) -> StepProgram {
    let mut out = program.clone();
    let rests = |part: Part| (0..count).all(|phase| program.phases.is_off(part, phase));
    out.schedule.tasks.retain(|scheduled| {
        let parts = match scheduled.task {
            Task::Hold(g) | Task::Update(g) | Task::Threshold(g) | Task::Reset(g) => vec![Part::Group(g)],
            Task::Poisson(p) => vec![Part::Poisson(p)],
            Task::Generator(g) => vec![Part::Generator(g)],
            Task::Input(k) => vec![Part::Input(k)],
            // A pathway has nothing to do where its senders rest.
            Task::Pathway(k, p) => {
                vec![Part::Pathway(k, p), phases::part(program, program.synapses[k].pathways[p].sender)]
            }
            Task::Integrate(k) | Task::HoldSynapses(k) | Task::Sum(k, _) => vec![Part::Synapses(k)],
            Task::Event(g, k) | Task::EventCode(g, k) => vec![Part::Group(g), Part::Event(g, k)],
            Task::Action(a) => {
                let on = program.actions.iter().find(|p| p.action == a).map(|p| part_of(p.on));
                on.into_iter().chain([Part::Action(a)]).collect()
            }
            Task::Record(m) => vec![Part::Monitor(m)],
            Task::Reduce(_) => Vec::new(),
        };
        !parts.into_iter().any(rests)
    });
    for (g, group) in out.groups.iter_mut().enumerate() {
        if rests(Part::Group(g)) {
            group.prepared.clear();
            group.propagator = None;
        }
    }
    for (k, synapses) in out.synapses.iter_mut().enumerate() {
        if let Some(state) = synapses.state.as_mut().filter(|_| rests(Part::Synapses(k))) {
            state.prepared.clear();
            state.propagator = None;
        }
    }
    for (p, group) in out.poisson.iter_mut().enumerate() {
        if rests(Part::Poisson(p)) {
            group.rate = real(0.0);
        }
    }
    out.phases.beginnings.truncate(count);
    out
}
