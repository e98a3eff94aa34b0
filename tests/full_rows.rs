//! Rows that have all targets are done in another way than others: with the same results, bit for bit.

mod support;

use support::Folder;

/// Groups of which many spike at once; `RULE` makes all pairs.
const NETWORK: &str = r#"
[run]
duration = "50 ms"
dt = "0.1 ms"
seed = 3
[neurons.A]
size = 61
equations = '''
dv/dt = (1.3 - v)/(10*ms) + 0.3*xi/sqrt(10*ms) : 1
dg/dt = -g/(3*ms) : 1
last : integer
'''
method = "euler"
threshold = "v > 1"
reset = "v = 0"
initial = "v = rand()"
[synapses.S]
source = "SOURCE"
target = "TARGET"
equations = '''
w : 1
n : integer
'''
connect = RULE
initial = "w = 0.01*rand()"
on_pre = "CODE"
delay = "DELAY"
[record.g]
kind = "state"
source = "A"
variables = ["v", "g", "last"]
every = "1 ms"
slot = "end"
[record.w]
kind = "synapses"
source = "S"
variables = ["w", "n"]
every = "10 ms"
"#;

#[test]
fn full_rows_do_what_others_do() {
    let folder = Folder::new();
    let codes = [
        "g_post += w",
        "g_post += w; n += 1; w *= 0.999",
        "g_post += w*v_pre*rand()",
        // Each synapse sees what those before it did: no full rows then.
        "g_post += 0.01*g_pre",
        "g_post += w; v_pre -= 0.001*g_post",
        "last_post = i; g_post = g_post*0.99 + w; n += last_pre",
        "n += int(rand() > 0.5); g_post += rand()",
    ];
    let mut k = 0;
    for code in codes {
        for [source, target, delay] in [["A", "A", "0 ms"], ["A[3:40]", "A[20:]", "0.2*ms*(i % 3)"]] {
            let job = NETWORK.replace("CODE", code).replace("DELAY", delay);
            let job = job.replace("SOURCE", source).replace("TARGET", target);
            let mut run = |rule: &str| {
                k += 1;
                folder.results_of(&job.replace("RULE", rule), &format!("out{k}"), &[])
            };
            // All pairs, once by a rule that says so, once by one that finds it out pair by pair.
            let (full, pairs) = (run("{}"), run("[{ where = \"i >= 0\" }, { where = \"i < 0\" }]"));
            for table in ["g", "w"] {
                assert_eq!(full.table(table).rows, pairs.table(table).rows, "{table}: {code}, {delay}");
            }
        }
    }
}

#[test]
fn what_can_have_full_rows_has_a_loop_for_them() {
    let folder = Folder::new();
    let job = NETWORK.replace("DELAY", "0 ms").replace("SOURCE", "A").replace("TARGET", "A");
    let has = |code: &str, rule: &str| {
        folder.write("job.toml", job.replace("CODE", code).replace("RULE", rule));
        let shown = folder.spikesweep(&["show", "job.toml", "--code", "c"]).expect(0);
        shown.stdout.contains("== columns_S")
    };
    assert!(has("g_post += w", "{}"));
    assert!(has("g_post += w*v_pre", "{ where = \"i < 5\" }"));
    assert!(!has("g_post += w", "{ p = 0.9 }"));
    assert!(!has("g_post += w", "[{}, {}]"));
    assert!(!has("g_post += g_pre", "{}"));
    assert!(!has("g_post += w; g_pre = 0", "{}"));
}
