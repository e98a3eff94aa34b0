//! Custom events and actions: code that is done for some elements in a step.

use crate::phases::Part;
use crate::program::StepProgram;
use crate::program::actions::ActionProgram;
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

/// The code of an action, for the elements of its slice.
pub fn action(program: &StepProgram, action: &ActionProgram, out: &mut Writer) {
    let (number, name) = (action.action, &program.populations[action.population]);
    out.line(format!("/* action {number} */"));
    let on = phases::unless_off(program, &[Part::Group(action.population), Part::Action(number)]);
    let due = if action.counts { format!("step % every_action_{number} == 0") } else { String::new() };
    let due = match format!("{on}{due}").trim_end_matches(" && ") {
        "" => String::new(),
        due => format!("if ({due}) "),
    };
    out.open(format!("{due}for (int64_t lane = first_lane; lane < last_lane; ++lane)"));
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
