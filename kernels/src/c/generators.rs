//! Spike generators: the spikes of a list that are due in a step.

use crate::phases::Part;
use crate::program::StepProgram;
use crate::program::generators::GeneratorProgram;

use super::groups::{close_spikes, collect, open_spikes};
use super::phases;
use super::writer::Writer;

/// Puts the first spike next: `next[0]` is its place in the list, `next[1]` the step in which it is due.
pub fn first(generator: &GeneratorProgram, out: &mut Writer) {
    let GeneratorProgram { name, .. } = generator;
    out.line(format!("/* first spike: {name} */"));
    out.line(format!("next_{name}[0] = 0;"));
    out.line(format!("next_{name}[1] = {};", due(generator, "0")));
}

/// The step in which the spike at a place of the list is due, with Brian's shift; never, behind the end.
fn due(generator: &GeneratorProgram, place: &str) -> String {
    let GeneratorProgram { name, dt, .. } = generator;
    format!(
        "{place} < count_{name} ? (int64_t)((train_{name}[2 * {place}] + 1e-3 * {dt}) / {dt}) : ((int64_t)1 << 62)"
    )
}

/// Spikes of a step.
pub fn step(program: &StepProgram, generator: &GeneratorProgram, out: &mut Writer) {
    let GeneratorProgram { name, population, .. } = generator;
    out.line(format!("/* thresholds: {name} */"));
    open_spikes(program, name, out);
    let now = match generator.repeats {
        true => {
            out.line(format!("const int64_t bin_{name} = step % period_{name};"));
            out.line(format!(
                "if (bin_{name} == 0) {{ next_{name}[0] = 0; next_{name}[1] = {}; }}",
                due(generator, "0")
            ));
            format!("bin_{name}")
        }
        false => "step".to_string(),
    };
    out.open(format!(
        "for (; next_{name}[1] == {now}; next_{name}[1] = {})",
        due(generator, &format!("next_{name}[0]"))
    ));
    out.line(format!("const int64_t e = (int64_t)train_{name}[2 * next_{name}[0]++ + 1];"));
    // A generator that rests goes along its list in silence.
    let awake = phases::awake(program, &[Part::Generator(generator.generator)]);
    if let Some(awake) = &awake {
        out.open(format!("if ({awake})"));
    }
    collect(program, name, *population, out);
    if awake.is_some() {
        out.close();
    }
    out.close();
    close_spikes(program, name, out);
}
