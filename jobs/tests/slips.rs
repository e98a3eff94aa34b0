//! Slips that people make when they write their first jobs: each gives one message, which names the slip and the mend.
//!
//! A slip is one change of the job below; the words that its message must hold are those a person would look for.

use std::path::Path;

const JOB: &str = r#"[run]
duration = "10 ms"

[parameters]
tau = "10 ms"
E0 = "-65 mV"
Vt = "-50 mV"
gL = "10 nS"
w0 = "1 mV"
size = 3

[neurons.G]
size = "size"
equations = '''
dv/dt = (E0 - v)/tau : volt
'''
threshold = "v > Vt"
reset = "v = E0"

[neurons.H]
size = 2
equations = '''
du/dt = -u/tau : 1
a : 1
'''
threshold = "u > 1"
reset = "u = 0"

[synapses.S]
source = "H"
target = "G"
connect = { p = 0.5 }
on_pre = "v_post += w0"

[record.m]
kind = "state"
source = "G"
variables = ["v"]

[[sweep]]
axes.tau = ["1 ms", "2 ms"]
axes.gL = ["1 nS", "2 nS"]
"#;

/// Name of the slip; what is replaced, by what; the code and words of the message.
struct Slip(&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const EQUATION: &str = "dv/dt = (E0 - v)/tau : volt\n";

#[rustfmt::skip]
const SLIPS: &[Slip] = &[
    // Functions and Poisson inputs.
    Slip("a table in singular", "[record.m]", "[function.f]\narguments = ['x']\nvalue = 'x'\n[record.m]", "E2006", &["'function'", "[functions.NAME]"]),
    Slip("a function's body", "[record.m]", "[functions.f]\narguments = ['x']\nbody = 'x'\n[record.m]", "E2006", &["'body'", "value ="]),
    Slip("PoissonInput as in Brian", "[record.m]", "[PoissonInput.f]\ntarget = 'G'\n[record.m]", "E2006", &["[poisson_inputs.NAME]"]),
    Slip("w of a Poisson input", "[record.m]", "[poisson_inputs.f]\ntarget = 'G'\nvariable = 'v'\nn = 10\nrate = '1 Hz'\nw = '1 mV'\n[record.m]", "E2006", &["'w'", "weight ="]),
    // Units.
    Slip("a number without unit in a sum", "(E0 - v)/tau", "(E0 - v + 5)/tau", "E0301", &["'5' is a pure number", "5*mV"]),
    Slip("mV behind the colon", ": volt\n", ": mV\n", "E0118", &["'mV' is not a base unit", "use 'volt'"]),
    Slip("ms behind the colon", ": volt\n", ": ms\n", "E0118", &["'ms' is not a base unit", "use 'second'"]),
    Slip("V behind the colon", ": volt\n", ": V\n", "E0118", &["use 'volt'"]),
    Slip("volts behind the colon", ": volt\n", ": volts\n", "E0117", &["'volts' is not a unit", "write volt"]),
    Slip("nothing behind the colon", ": volt\n", ":\n", "E0117", &["a unit expected", "1 for a pure number"]),
    Slip("colon and unit missing", EQUATION, "dv/dt = (E0 - v)/tau\n", "E0116", &["':' and the unit are missing", ": volt"]),
    Slip("division by tau forgotten", "(E0 - v)/tau", "(E0 - v)", "E0304", &["volt/second", "in volt", "divide it by a time"]),
    Slip("a parameter without unit", "tau = \"10 ms\"", "tau = 20", "E0304", &["'tau' is a pure number", "give 'tau' a unit"]),
    Slip("a duration without unit", "\"10 ms\"\n\n", "1\n\n", "E0304", &["the duration", "write the unit, too: \"1 ms\""]),
    Slip("an interval without unit", "[\"v\"]", "[\"v\"]\nevery = \"1\"", "E0304", &["'every'", "\"1 ms\""]),
    Slip("a delay without unit", "w0\"\n", "w0\"\ndelay = 1.5\n", "E0304", &["the delay", "\"1.5 ms\""]),
    Slip("comparing volts with 0", "v > Vt", "v > 0", "E0302", &["'0' is a pure number", "0*mV"]),
    Slip("exp of volts", "(E0 - v)/tau", "(E0 - v)/tau*exp(v)", "E0303", &["exp", "'v' is in volt", "divide it by something in volt"]),
    Slip("capital MS", "tau = \"10 ms\"", "tau = \"20 MS\"", "E0304", &["'tau' is in siemens", "write \"20 ms\""]),
    Slip("mS for ms", "tau = \"10 ms\"", "tau = \"20 mS\"", "E0304", &["'tau' is in siemens", "write \"20 ms\""]),
    Slip("msec", "tau = \"10 ms\"", "tau = \"20 msec\"", "E2101", &["'msec' is not a unit", "write ms"]),
    Slip("millisecond", "tau = \"10 ms\"", "tau = \"20 millisecond\"", "E2101", &["write ms"]),
    Slip("seconds", "tau = \"10 ms\"", "tau = \"20 seconds\"", "E2101", &["write s"]),
    Slip("mv", "E0 = \"-65 mV\"", "E0 = \"-65 mv\"", "E2101", &["'mv' is not a unit", "write mV"]),
    Slip("mv in an expression", "v > Vt", "v > -50*mv", "E0204", &["did you mean 'mV'"]),
    Slip("no blank before the unit", "tau = \"10 ms\"", "tau = \"20ms\"", "E2101", &["a blank is missing", "\"20 ms\""]),
    Slip("no blank in the duration", "\"10 ms\"\n\n", "\"1s\"\n\n", "E2101", &["a blank is missing", "\"1 s\""]),
    Slip("a blank for * in code", "v > Vt", "v > -50 mV", "E0105", &["an operator is missing", "50*mV"]),
    Slip("a decimal comma in a quantity", "tau = \"10 ms\"", "tau = \"0,5 ms\"", "E0104", &["0.5"]),
    Slip("a constant that was not asked for", "(E0 - v)/tau", "(E0 - v)/tau*faraday_constant", "E0204", &["'faraday_constant' is not defined", "F = \"faraday_constant\""]),
    Slip("a parameter without unit in a comparison", "Vt = \"-50 mV\"", "Vt = 0", "E0302", &["give 'Vt' a unit where it is defined", "mV"]),
    Slip("a number among quantities of an axis", "[\"1 ms\", \"2 ms\"]", "[0, \"20 us\"]", "E0304", &["write the unit, too: \"0 us\""]),
    Slip("a symbol of one letter in an expression", "w0 = \"1 mV\"", "w0 = \"1 mV\"\nD = \"0.2 m / (300 m/s)\"", "E0105", &["0.2*meter", "long name"]),
    Slip("a symbol of one letter at its number", "w0 = \"1 mV\"", "w0 = \"1 mV\"\nD = \"0.2m/2\"", "E0105", &["0.2*meter"]),
    // Syntax of code.
    Slip("true in code", "\"v > Vt\"", "\"true\"", "E0204", &["write True"]),
    Slip("true for a condition", "\"v > Vt\"", "true", "E2008", &["threshold = \"True\""]),
    Slip("= for ==", "v > Vt", "v = Vt", "E0108", &["'=' sets a variable", "=="]),
    Slip("a dot for an underscore", "v_post += w0", "v.post += w0", "E0110", &["write v_post"]),
    Slip("G.v in code of synapses", "v_post += w0", "G.v += w0", "E0110", &["'.' has no meaning", "x_post"]),
    Slip("G.v in an equation", "(E0 - v)/tau", "(E0 - G.v)/tau", "E0110", &["bare names"]),
    Slip("^ for **", "(E0 - v)/tau", "(E0 - v)^2/tau", "E0109", &["'^'", "**"]),
    Slip("& for and", "v > Vt", "v > Vt & i > 0", "E0109", &["'&'", "'and'"]),
    Slip("&& for and", "v > Vt", "v > Vt && i > 0", "E0109", &["'&&'", "'and'"]),
    Slip("|| for or", "v > Vt", "v > Vt || i > 0", "E0109", &["'||'", "'or'"]),
    Slip("! for not", "v > Vt", "!(v > Vt)", "E0109", &["'not'"]),
    Slip("a choice as in Python", "(E0 - v)/tau", "(E0 if v > Vt else -v)/tau", "E0123", &["'if'", "int(a > b)*x"]),
    Slip("a word of Python as name", "gL = ", "lambda = 3\ngL = ", "E0202", &["'lambda'", "lambda_"]),
    Slip("a derivative as dv", EQUATION, "dv = (E0 - v)/tau : volt\n", "E0204", &["'v' is not defined", "dv/dt ="]),
    Slip("a derivative as v'", EQUATION, "v' = (E0 - v)/tau : volt\n", "E0103", &["a derivative is written dv/dt"]),
    Slip("a comment as in C", EQUATION, "dv/dt = (E0 - v)/tau : volt // leak\n", "E0120", &["a comment begins with #"]),
    // Names.
    Slip("another case", "v > Vt", "v > VT", "E0204", &["'VT' is not defined", "did you mean 'Vt'"]),
    Slip("a variable of another group", "(E0 - v)/tau", "(E0 - v)/tau*u", "E0204", &["'u' is not defined", "[neurons.H]"]),
    Slip("_pre missing", "v_post += w0", "v_post += w0*a", "E0204", &["'a' is not defined", "a_pre"]),
    Slip("_post missing in connect", "{ p = 0.5 }", "{ where = \"v > Vt\" }", "E0204", &["'v' is not defined", "v_post"]),
    Slip("_pre at a variable of the synapse", "on_pre = \"v_post += w0\"", "equations = \"R : 1\"\non_pre = \"v_post += w0*R_pre\"", "E0204", &["write R:", "synapse itself"]),
    Slip("a variable that the target lacks", "v_post += w0", "g_post += w0", "E0204", &["'g_post' is not defined", "the target has no variable 'g'"]),
    Slip("a generator as a condition", "{ p = 0.5 }", "{ where = \"k for k in range(i)\" }", "E2303", &["write j = \"k for k in range(i)\""]),
    Slip("an in-degree as in NEST", "{ p = 0.5 }", "{ indegree = 2 }", "E2006", &["in_degree = 10"]),
    Slip("sources as a key", "{ p = 0.5 }", "{ source = [0], target = [1] }", "E2006", &["are i", "those of targets j"]),
    Slip("weights with pairs", "{ p = 0.5 }", "{ i = [0], j = [1], w = [3] }", "E2006", &["values = { w ="]),
    Slip("a condition as in Brian", "{ p = 0.5 }", "{ condition = \"i != j\" }", "E2006", &["where = \"i != j\""]),
    Slip("a group that is not there", "target = \"G\"", "target = \"g\"", "E2301", &["there is no group 'g'", "did you mean 'G'"]),
    Slip("a method with a capital", "reset = \"v = E0\"", "reset = \"v = E0\"\nmethod = \"Euler\"", "E0601", &["'Euler'", "did you mean 'euler'"]),
    Slip("the name of Brian's class", "\"state\"\nsource = \"G\"\nvariables = [\"v\"]", "\"SpikeMonitor\"\nsource = \"G\"", "E2012", &["did you mean 'spikes'"]),
    // Tables.
    Slip("[neuron.G]", "[neurons.G]", "[neuron.G]", "E2006", &["'neuron'", "[neurons.NAME]"]),
    Slip("[synapse.S]", "[synapses.S]", "[synapse.S]", "E2006", &["[synapses.NAME]"]),
    Slip("[param]", "[parameters]", "[param]", "E2006", &["[parameters]"]),
    Slip("bin_size", "kind = \"state\"\nsource = \"G\"\nvariables = [\"v\"]", "kind = \"rate\"\nsource = \"G\"\nbin_size = \"1 ms\"", "E2006", &["'bin_size'", "bin = \"5 ms\""]),
    Slip("a PSTH", "kind = \"state\"\nsource = \"G\"\nvariables = [\"v\"]", "kind = \"psth\"\nsource = \"G\"", "E2012", &["'psth'", "did you mean 'rate'?"]),
    Slip("a summary in Python", "[record.m]", "[summary]\nr = \"P.rate\"\n[record.m]", "E2402", &["this is not a summary", "rate(P)"]),
    Slip("a condition without its unit", "[record.m]", "[summary]\nr = \"rate(G, t > 100)\"\n[record.m]", "E0302", &["100"]),
    Slip("a condition of a table of synapses", "[record.m]", "[record.s]\nkind = 'synapses'\nsource = 'S'\nvariables = ['delay']\ncondition = 'i == 0'\n[record.m]", "E2006", &["'condition'", "where ="]),
    Slip("[monitor.m]", "[record.m]", "[monitor.m]", "E2006", &["[record.NAME]"]),
    Slip("[G] without neurons", "[neurons.G]", "[G]", "E2006", &["did you mean [neurons.G]"]),
    Slip("[neurons] without name", "[neurons.G]", "[neurons]", "E2008", &["named tables only", "[neurons.P]"]),
    Slip("[[synapses]]", "[synapses.S]", "[[synapses]]", "E2008", &["in single brackets"]),
    Slip("[run.dt]", "[parameters]", "[run.dt]\nvalue = \"0.1 ms\"\n\n[parameters]", "E2008", &["'dt'", "as a key of [run]"]),
    Slip("keys of neurons at the top", "[run]", "size = 3\nequations = 'v : volt'\nthreshold = 'v > 0*mV'\nreset = 'v = 0*mV'\n[run]", "E2006", &["'size'", "'reset'", "belongs to [neurons.NAME]"]),
    Slip("threshold under [run]", "\"10 ms\"\n\n", "\"10 ms\"\nthreshold = \"v > Vt\"\n\n", "E2006", &["'threshold' in [run]", "belongs to [neurons.NAME]"]),
    Slip("repeat under [run]", "\"10 ms\"\n\n", "\"10 ms\"\nrepeat = 3\n\n", "E2006", &["'repeat' in [run]", "belongs to [[sweep]]"]),
    Slip("[[sweeps]]", "[[sweep]]", "[[sweeps]]", "E2006", &["[[sweep]]"]),
    // Texts.
    Slip("a method without text", "size = 3", "size = 3\nmethod = \"rk4\"", "E0204", &["a text is written method = { text = \"rk4\" }"]),
    Slip("two words without text", "size = 3", "size = 3\npattern = \"tonic spiking\"", "E2105", &["pattern = { text = \"tonic spiking\" }"]),
    // Keys.
    Slip("a seed in words", "\"10 ms\"\n\n", "\"10 ms\"\nseed = \"random\"\n\n", "E0204", &["a whole number from 0 on"]),
    Slip("a variable as a key of initial", "reset = \"v = E0\"", "reset = \"v = E0\"\ninitial = { v = \"rand()*mV\" }", "E2006", &["{ set = \"v = ...\" }"]),
    Slip("a refractory period without unit", "reset = \"v = E0\"", "reset = \"v = E0\"\nrefractory = 4", "E0304", &["\"4 ms\""]),
    Slip("Duration", "duration", "Duration", "E2006", &["did you mean 'duration'"]),
    Slip("N for size", "size = 2", "N = 2", "E2006", &["size = 100"]),
    Slip("model for equations", "equations = '''\ndv", "model = '''\ndv", "E2006", &["equations"]),
    Slip("eqs for equations", "equations = '''\ndv", "eqs = '''\ndv", "E2006", &["equations"]),
    Slip("on_pre in neurons", "reset = \"v = E0\"", "reset = \"v = E0\"\non_pre = \"v += w0\"", "E2006", &["'on_pre'", "belongs to [synapses.NAME]"]),
    Slip("p beside connect", "connect = { p = 0.5 }", "connect = {}\np = 0.5", "E2006", &["'p'", "connect = { p = 0.1 }"]),
    Slip("p without connect", "connect = { p = 0.5 }", "p = 0.5", "E2006", &["'p'", "connect = { p = 0.1 }"]),
    Slip("connect as a string", "{ p = 0.5 }", "\"i != j\"", "E2008", &["connect = { where = \"i != j\" }"]),
    Slip("connect as true", "{ p = 0.5 }", "true", "E2008", &["connect = {}"]),
    Slip("condition in connect", "{ p = 0.5 }", "{ condition = \"i != j\" }", "E2006", &["where = \"i != j\""]),
    Slip("weight as a key", "{ p = 0.5 }", "{ p = 0.5 }\nweight = \"1 mV\"", "E2006", &["on_pre = \"v_post += w\""]),
    Slip("variables as one string", "[\"v\"]", "\"v, w\"", "E2008", &["'variables' must be a list", "[\"v\", \"w\"]"]),
    Slip("variables in one element", "[\"v\"]", "[\"v, w\"]", "E2201", &["[\"v\", \"w\"]"]),
    Slip("a list of reset statements", "reset = \"v = E0\"", "reset = [\"v = E0\"]", "E2008", &["'reset'", "; between statements"]),
    // Sweeps.
    Slip("an axis as a string", "[\"1 ms\", \"2 ms\"]", "\"1, 2, 3\"", "E2008", &["'axes.tau' must be a list", "axes.tau = ["]),
    Slip("linspace in an axis", "[\"1 ms\", \"2 ms\"]", "\"linspace(1, 10, 5)*ms\"", "E2008", &["axes.tau = { from ="]),
    Slip("linspace without quotes", "[\"1 ms\", \"2 ms\"]", "linspace(1, 10, 5)", "E2003", &["{ from ="]),
    Slip("start, stop, num", "[\"1 ms\", \"2 ms\"]", "{ start = \"1 ms\", stop = \"2 ms\", num = 3 }", "E2006", &["'start', 'stop', 'num'", "from ="]),
    Slip("range =", "axes.tau = [\"1 ms\", \"2 ms\"]", "range = [\"1 ms\", \"2 ms\"]", "E2006", &["from ="]),
    Slip("an axis without axes.", "axes.tau = ", "tau = ", "E2006", &["axes.tau = "]),
    Slip("zipped axes of different length", "axes.gL = [\"1 nS\", \"2 nS\"]", "axes.gL = [\"1 nS\"]\nzip = [\"tau\", \"gL\"]", "E2502", &["'tau' has 2 values", "'gL'", "equally many"]),
    Slip("a zip of no axis", "axes.gL = [\"1 nS\", \"2 nS\"]", "zip = [\"tau\", \"gL\"]", "E2502", &["'gL' is not an axis"]),
    // Features of Brian that are not there.
    Slip("noise without a root", "(E0 - v)/tau", "(E0 - v)/tau + xi*mV/tau", "E0301", &["sigma*sqrt(2/tau)*xi"]),
    Slip("xi in a reset", "reset = \"v = E0\"", "reset = \"v = E0 + mV*xi\"", "E0204", &["'xi' is known in differential equations", "randn()"]),
    Slip("a timed array in equations", "(E0 - v)/tau", "(E0 - v)/tau*TimedArray([1, 2], dt=1*ms)(t)", "E0205", &["a timed array is a table of its own", "[timed_arrays.stim]"]),
    Slip("a timed array as a parameter", "size = 3", "size = 3\nx = \"TimedArray([1, 2]*mV)(t)\"", "E0205", &["a timed array is a table of its own", "inputs.md"]),
    Slip("a spike generator", "[neurons.H]", "[spikegenerator.K]\nsize = 1\n\n[neurons.H]", "E2006", &["[spike_generators.NAME]", "indices and times"]),
    Slip("a spike generator as a parameter", "size = 3", "size = 3\nx = \"SpikeGeneratorGroup(1, [0], [1]*ms)\"", "E0205", &["a spike generator is a table of its own", "[spike_generators.cue]"]),
    Slip("run_regularly", "[neurons.H]", "[run_regularly.K]\ncode = \"v = E0\"\n\n[neurons.H]", "E2006", &["[actions.NAME]", "every or at"]),
    Slip("a summed variable that nothing takes up", "target = \"G\"", "target = \"G\"\nequations = \"x_post = w0 : volt (summed)\"", "E2306", &["has no variable 'x'", "x : volt"]),
    Slip("a summed variable without side", "target = \"G\"", "target = \"G\"\nequations = \"v = w0 : volt (summed)\"", "E2306", &["for which side", "v_post"]),
    Slip("integrator of synapses", "target = \"G\"", "target = \"G\"\nintegrator = \"rk4\"", "E2006", &["method = \"exact\""]),
    Slip("lastupdate", "+= w0", "+= w0*exp(-(t - lastupdate)/tau)", "E0204", &["with event-driven equations only", "t_last : second"]),
    Slip("rkf45", "reset = \"v = E0\"", "reset = \"v = E0\"\nmethod = \"rkf45\"", "E0601", &["no integration method 'rkf45'", "rk45"]),
    Slip("exponential_Euler", "reset = \"v = E0\"", "reset = \"v = E0\"\nmethod = \"exponential_Euler\"", "E0601", &["did you mean 'exponential_euler'"]),
    // TOML.
    Slip("a quantity without quotes", "duration = \"10 ms\"", "duration = 1 s", "E2003", &["quotes", "quote it: \"1 s\""]),
    Slip("a parameter without quotes", "tau = \"10 ms\"", "tau = 20 ms", "E2003", &["quote it: \"20 ms\""]),
    Slip("neither quotes nor blank", "tau = \"10 ms\"", "tau = 20ms", "E2003", &["quote it: \"20 ms\""]),
    Slip("code without quotes", "\"v > Vt\"", "v > Vt", "E2003", &["quote it: \"v > Vt\""]),
    Slip("a name without quotes", "target = \"G\"", "target = G", "E2003", &["quote it: \"G\""]),
    Slip("a name that begins like nan", "size = \"size\"", "size = n", "E2003", &["quote it: \"n\""]),
    Slip("typographic quotes", "tau = \"10 ms\"", "tau = \u{201C}10 ms\u{201D}", "E2003", &["typographic quotes", "\"10 ms\""]),
    Slip("an invisible blank", "tau = \"10 ms\"", "tau\u{A0}= \"10 ms\"", "E2003", &["U+00A0", "plain space"]),
    Slip("an invisible blank in a quantity", "tau = \"10 ms\"", "tau = \"10\u{A0}ms\"", "E0101", &["U+00A0", "plain space"]),
    Slip("a decimal comma", "size = 3", "size = 3\np = 0,5", "E2003", &["decimals with a point: 0.5"]),
    Slip("True", "size = 3", "size = 3\nb = True", "E2003", &["write true"]),
    Slip("a colon for =", "duration =", "duration :", "E2003", &["write = instead of :"]),
    Slip("a comment as in C++", "[run]", "// my job\n[run]", "E2003", &["a comment begins with #"]),
    Slip("a string that is not closed", "\"v = E0\"", "\"v = E0", "E2003", &["not closed", "end it with \""]),
    Slip("lines in single quotes", "equations = '''\ndv/dt = (E0 - v)/tau : volt\n'''", "equations = '\ndv/dt = (E0 - v)/tau : volt\n'", "E2003", &["does not end on its line", "'''"]),
    Slip("equations that are not closed", "variables = [\"v\"]", "variables = [\"v\"]\n[neurons.K]\nsize = 1\nequations = '''", "E2003", &["never closed"]),
    Slip("a parameter twice", "gL = ", "tau = \"5 ms\"\ngL = ", "E2005", &["'tau' is defined twice", "first"]),
];

fn refused(text: &str) -> jobs::Rejected {
    jobs::from_text("slip.toml", text.as_bytes(), Path::new("rejected"), &[]).expect_err("a slip is refused")
}

#[test]
fn the_job_itself_is_good() {
    let job = jobs::from_text("slip.toml", JOB.as_bytes(), Path::new("rejected"), &[]);
    assert!(job.is_ok(), "{}", job.err().map_or_else(String::new, |r| r.to_string()));
}

#[test]
fn each_slip_gives_one_message_with_its_mend() {
    let mut wrong = Vec::new();
    for Slip(name, from, to, code, words) in SLIPS {
        assert!(JOB.contains(from), "{name}: {from}");
        let text = JOB.replacen(from, to, 1);
        let outcome = jobs::from_text("slip.toml", text.as_bytes(), Path::new("rejected"), &[]);
        let Err(rejected) = outcome else {
            wrong.push(format!("{name}: accepted"));
            continue;
        };
        let message = rejected.to_string();
        let one = rejected.faults.len() == 1 && rejected.faults[0].code == *code;
        if !one || !words.iter().all(|w| message.contains(w)) {
            wrong.push(format!("{name}: expected {code} with {words:?}\n{message}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every message on its own is a place and a mend.
#[test]
fn each_slip_has_a_help() {
    for Slip(name, from, to, ..) in SLIPS {
        let rejected = refused(&JOB.replacen(from, to, 1));
        assert!(rejected.faults.iter().all(|f| f.help.is_some()), "{name}\n{rejected}");
    }
}

/// What is forgiven because only one thing can be meant: a single table for a list with one table.
#[test]
fn a_sweep_in_single_brackets_is_a_sweep() {
    let job = |text: &str| jobs::from_text("slip.toml", text.as_bytes(), Path::new("rejected"), &[]).unwrap();
    let (double, single) = (job(JOB), job(&JOB.replace("[[sweep]]", "[sweep]")));
    assert_eq!(double.points().len(), single.points().len());
    assert_eq!(double.points().len(), 4);
}

/// Neither does a fault in the equations hide those of grammar elsewhere, nor does it make names unknown.
#[test]
fn broken_equations_hide_no_faults_of_grammar() {
    let text = JOB
        .replacen("(E0 - v)/tau", "(E0 - v/tau", 1)
        .replacen("v > Vt", "v >> Vt", 1)
        .replacen("\"v = E0\"", "\"v == E0\"\nmethod = \"Euler\"", 1)
        .replacen("v_post += w0", "v_post =+ w0 +", 1);
    let found: Vec<&str> = refused(&text).faults.iter().map(|f| f.code).collect();
    assert_eq!(found, ["E0106", "E0109", "E0121", "E0601", "E0104"]);
}

/// A parameter that was refused is not also one that has no text.
#[test]
fn a_refused_parameter_is_one_fault_where_it_stands_in_braces() {
    let text = JOB.replacen("size = 3", "size = 3\nmethod = \"rk4\"", 1).replacen(
        "reset = \"v = E0\"",
        "reset = \"v = E0\"\nmethod = \"{method}\"",
        1,
    );
    let rejected = refused(&text);
    assert_eq!(rejected.faults.len(), 1, "{rejected}");
}

/// A setting stands in a shell, where the quotes go around all of it.
#[test]
fn a_setting_without_blank_says_its_quotes() {
    let sets = ["duration=700ms".to_owned()];
    let rejected =
        jobs::from_text("slip.toml", JOB.as_bytes(), Path::new("rejected"), &sets).expect_err("refused");
    assert!(rejected.to_string().contains("--set \"duration=700 ms\""), "{rejected}");
}
