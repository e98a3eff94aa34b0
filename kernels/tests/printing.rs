//! What the printed C looks like: a loop a person would have written.

mod support;

use kernels::{c, program};
use support::{group, model};

#[test]
fn two_equations_make_a_plain_loop() {
    let equations = "dV/dt = -W*V/(10*second) : 1\ndW/dt = -V**2/(1*second) : 1";
    let model = model(group("G", "100", equations, "euler"));
    let program = program::build(&model).expect("euler fits");
    let text = c::functions(&program);
    let at = text.find("/* groups").expect("there is a loop");
    let shown: Vec<&str> = text[at..].lines().take(10).map(str::trim).collect();
    assert_eq!(
        shown,
        [
            "/* groups: G */",
            "#pragma GCC ivdep",
            "for (int64_t e = lo_G; e < hi_G; ++e) {",
            "const double v_V = s_G_V[e];",
            "const double v_W = s_G_W[e];",
            "const double new_V = v_V + dt*(-v_W*v_V*0.1);",
            "const double new_W = v_W + dt*-(v_V*v_V);",
            "s_G_V[e] = new_V;",
            "s_G_W[e] = new_W;",
            "}",
        ]
    );
}
