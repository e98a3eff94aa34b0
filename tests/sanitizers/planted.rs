//! That faults are seen: kernels that leave an array by one element, or do what C does not define, are ended with a report
//! that names it; the same kernels without the fault are not.

use crate::sanitized::{Sanitized, is_report};
use crate::support::Folder;

/// 16 neurons: 128 bytes an array, behind which the next one begins without a gap in an ordinary build.
const JOB: &str = r#"
[run]
duration = "20 ms"
seed = 5
[parameters]
kind = 0
[timed_arrays.drive]
values = ["12 mV", "15 mV", "13 mV", "14 mV"]
dt = "5 ms"
[neurons.P]
size = 16
equations = '''
dv/dt = (drive(t) + 4*mV*u - v)/(5*ms) : volt
u : 1
'''
threshold = "v > 10*mV"
reset = "v = 0*mV"
initial = '''
v = rand()*10*mV
u = randn() + 0*kind
'''
[synapses.S]
source = "P"
target = "P"
connect = { p = 0.3 }
on_pre = "v_post += 1*mV"
[record.spikes]
kind = "spikes"
source = "P"
[[sweep]]
axes.kind = { from = 0, to = 99, n = 100 }
"#;

/// C that is done before the first step, and words of the report. Each is the `kind` of its place, from 1 on.
const FAULTS: &[(&str, &str)] = &[
    // Arrays: one too far, one too early, with rows of another length.
    ("s_P_v[n_P] = 0.0;", "use-after-poison"),
    ("s_P_v[-1] = 0.0;", "use-after-poison"),
    ("s_P_v[8 * n_P] += 1.0;", "use-after-poison"),
    ("header->dt += s_P_u[n_P];", "use-after-poison"),
    ("ring_P[slots_P * n_P] = 1;", "use-after-poison"),
    ("spikes_P[slots_P] = 1;", "use-after-poison"),
    ("events[2 * header->events_room] = 1;", "use-after-poison"),
    // Shared by all workers, and read only.
    ("header->dt += target_S[start_S_pre[rows_S]];", "use-after-poison"),
    ("header->dt += data_drive[4];", "use-after-poison"),
    // Before the arena: its guard page.
    ("((volatile char *)header)[-1] = 1;", "SEGV"),
    // Off the stack.
    ("volatile int32_t few[4]; few[n_P / 4] = 1;", "index 4 out of bounds"),
    ("header->dt += *(volatile double *)((char *)s_P_v + 4);", "misaligned address"),
    ("header->progress = (int32_t)(2147483632 + (int32_t)n_P);", "signed integer overflow"),
    ("header->progress = 1 << (n_P + 16);", "shift exponent 32 is too large"),
    ("header->progress = 7 / (n_P - 16);", "division by zero"),
    ("header->progress = (int32_t)(1e9 * (double)n_P);", "is outside the range of representable values"),
];

/// Where a kernel begins to step.
const STEPS: &str = "int32_t reason = SS_DONE;";

#[test]
fn planted_faults_are_reported() {
    let planted = (1..).zip(FAULTS).map(|(kind, (c, _))| format!("if (kind == {kind}.0) {{ {c} }}"));
    let kind = "const double kind = *(const double *)(base + header->rows);";
    let escaped = (kind.to_string() + &planted.collect::<String>()).replace('&', "\\&");
    let script = format!("grep -q '{STEPS}' \"$word\" && sed -i 's|{STEPS}|& {escaped}|' \"$word\"");
    let Some(sanitized) = Sanitized::new("planted_faults_are_reported", &script) else { return };
    let job = sanitized.write("job.toml", JOB);
    let point = |kind: usize| ["--points".to_string(), kind.to_string()];
    let calm = sanitized.run(&job, "calm", &point(0)).expect(0);
    assert!(!is_report(&calm.stderr), "{}", calm.stderr);
    let plain = Folder::new();
    let results = plain.results_of(JOB, "out", &point(0).each_ref().map(String::as_str));
    sanitized.results("calm").assert_same(&results, "with sanitizers");
    for (kind, (c, words)) in (1..).zip(FAULTS) {
        let ended = sanitized.run(&job, &format!("kind{kind}"), &point(kind));
        assert_eq!(ended.code, Some(10), "{c}\n{}", ended.stderr);
        assert!(is_report(&ended.stderr) && ended.stderr.contains(words), "{c}\n{}", ended.stderr);
    }
}
