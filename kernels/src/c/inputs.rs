//! Poisson inputs in a step.
//!
//! The law of the numbers is computed before the loop over steps, before the loop over elements or within it, as it
//! changes. A rate that is negative, not a number or more than one event a step and source ends the point.

use crate::phases::Part;
use crate::program::StepProgram;
use crate::program::inputs::{InputProgram, Law};

use super::expression::print;
use super::lines;
use super::phases;
use super::writer::{Writer, mentions};

/// One input in a step.
pub fn step(program: &StepProgram, number: usize, out: &mut Writer) {
    let input = &program.inputs[number];
    let InputProgram { name, key, .. } = input;
    out.line(format!("/* synapses: {name}, Poisson input to {} */", program.populations[input.population]));
    if input.law == Law::Step {
        law(input, out);
        out.line(format!("if (law_{name}.most == -2.0) {{ reason = SS_BAD_RATE; break; }}"));
    }
    let due =
        phases::awake(program, &[Part::Input(number)]).map_or(String::new(), |on| format!("if ({on}) "));
    out.open(format!("{due}for (int64_t i = 0; i < input_count_{name}; ++i)"));
    out.line(format!("const int64_t e = input_start_{name} + i;"));
    if input.law == Law::Element {
        law(input, out);
        out.line(format!("if (law_{name}.most == -2.0) {{ reason = SS_BAD_RATE; break; }}"));
    }
    out.line(format!(
        "const int32_t drawn = (int32_t)ss_binomial_drawn({key}, (uint64_t)step, (uint64_t)i, &law_{name});"
    ));
    lines::write(&input.lines, &input.names, out);
    out.close();
    if input.law == Law::Element {
        out.line("if (reason == SS_BAD_RATE) break;");
    }
}

fn law(input: &InputProgram, out: &mut Writer) {
    let (n, rate) = (print(&input.n, &input.names), print(&input.rate, &input.names));
    let (name, dt) = (&input.name, &input.dt);
    out.line(format!("const ss_binomial_law law_{name} = ss_binomial_law_of({n}, ({rate}) * {dt});"));
}

/// Laws that stay the same for the whole run and that a body of code mentions.
pub fn fixed(program: &StepProgram, body: &str, out: &mut Writer) {
    for input in program.inputs.iter().filter(|input| input.law == Law::Run) {
        if mentions(body, &format!("law_{}", input.name)) {
            law(input, out);
        }
    }
}

/// Refuses what the step loop would not look at: laws that stay the same.
pub fn refused(program: &StepProgram, out: &mut Writer) {
    for input in program.inputs.iter().filter(|input| input.law == Law::Run) {
        out.open("");
        law(input, out);
        out.line(format!("if (law_{}.most == -2.0) return SS_BAD_RATE;", input.name));
        out.close();
    }
}
