//! Custom events and actions: code that is done for some elements in a step.

use crate::phases::Part;
use crate::program::StepProgram;
use crate::program::actions::{ActionProgram, Doers};
use crate::program::events::EventProgram;

use super::expression::print;
use super::groups::{close_spikes, collect, open_spikes};
use super::lines;
use super::phases;
use super::scope::{Row, rows};
use super::writer::{Writer, needed};

/// Finds the elements to which an event happens.
pub fn event(program: &StepProgram, event: &EventProgram, out: &mut Writer) {
    let [name, group] = &event.names;
    out.line(format!("/* event: {name} */"));
    open_spikes(program, name, out);
    let (g, k) = event.event;
    let own = if program.phases.switch(Part::Event(g, k)).is_some() { name } else { group };
    out.open(format!("for (int64_t e = lo_{group}; e < hi_{own}; ++e)"));
    out.open(format!("if ({})", print(&event.condition, &event.known)));
    collect(program, name, event.population, out);
    out.close();
    out.close();
    close_spikes(program, name, out);
}

/// What an event does to those in the list of its population.
pub fn event_code(event: &EventProgram, out: &mut Writer) {
    let name = &event.names[0];
    out.line(format!("/* code on event: {name} */"));
    out.open(format!("for (int64_t k = 0; k < fired_{name}; ++k)"));
    out.line(format!("const int64_t e = spiked_{name}[k];"));
    lines::write(&event.code, &event.known, out);
    out.close();
}

/// Where an action does nothing while it rests.
pub fn part_of(on: Doers) -> Part {
    match on {
        Doers::Neurons(population) => Part::Group(population),
        Doers::Synapses(object) => Part::Synapses(object),
    }
}

/// The code of an action, for the elements of its slice, or for all synapses of its object.
pub fn action(program: &StepProgram, action: &ActionProgram, out: &mut Writer) {
    let number = action.action;
    out.line(format!("/* action {number} */"));
    let on = phases::unless_off(program, &[part_of(action.on), Part::Action(number)]);
    let due = if action.counts { format!("step % every_action_{number} == 0") } else { String::new() };
    let due = match format!("{on}{due}").trim_end_matches(" && ") {
        "" => String::new(),
        due => format!("if ({due}) "),
    };
    match action.on {
        Doers::Neurons(population) => {
            for_neurons(program, action, &program.populations[population], &due, out)
        }
        Doers::Synapses(object) => for_synapses(action, &program.synapses[object].name, &due, out),
    }
}

fn for_synapses(action: &ActionProgram, name: &str, due: &str, out: &mut Writer) {
    out.open(format!("{due}for (int64_t row = 0; row < rows_{name}; ++row)"));
    out.line(format!("const int64_t pre = source_start_{name} + row;"));
    out.line("(void)pre;");
    out.open(format!("for (int64_t q = first_{name}[row]; q < first_{name}[row + 1]; ++q)"));
    out.line(format!("const int64_t post = target_{name}[q];"));
    out.line("(void)post;");
    lines::write(&action.code, &action.names, out);
    out.close();
    out.close();
}

fn for_neurons(program: &StepProgram, action: &ActionProgram, name: &str, due: &str, out: &mut Writer) {
    let number = action.action;
    out.open(format!("{due}for (int64_t lane = lane_from; lane < lane_until; ++lane)"));
    let mut body = Writer::at(out.depth());
    body.open(format!("for (int64_t k = 0; k < size_action_{number}; ++k)"));
    body.line(format!("const int64_t e = lane * n_{name} + start_action_{number} + k;"));
    lines::write(&action.code, &action.names, &mut body);
    body.close();
    let body = body.finish();
    if !program.coupled {
        needed(&rows(program, Row::Lane), &body).iter().for_each(|line| out.line(line));
    }
    out.paste(&body);
    out.close();
}
