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

/// Rates stand in the kernel once, whatever the number of stages, and nothing of it where the method has fixed steps.
#[test]
fn inner_steps_are_in_kernels_that_use_them() {
    let text = |method: &str| {
        let model =
            model(group("G", "100", "dV/dt = cos(V)/(1*second) : 1\ndW/dt = -V/(1*second) : 1", method));
        c::kernel(&program::build(&model).expect("the method fits")).text
    };
    let (adaptive, fixed) = (text("rk45"), text("rk4"));
    assert_eq!(adaptive.matches("= ss_cos(").count(), 1);
    assert!(adaptive.contains("ss_rk45_next(&inner, 2,") && adaptive.contains("inner_G"));
    for word in ["ss_rk45", "inner_G", "tested_G", "ends["] {
        assert!(!fixed.contains(word), "{word}");
    }
}

/// A coefficient that a reset could write is looked at before the update; one that nothing writes is not.
#[test]
fn propagators_follow_coefficients_that_are_written() {
    let text = |reset: &str| {
        let equations = "dv/dt = (a*g - v)/(1*second) : 1\ndg/dt = -g/(2*second) : 1\na : 1";
        let mut group = group("G", "100", equations, "exact");
        let parsed =
            |text| kernels::language::parser::expression(text, Default::default()).expect("it parses");
        group.threshold = Some(parsed("v > 1"));
        group.reset = kernels::language::parser::statements(reset, Default::default()).expect("it parses");
        c::kernel(&program::build(&model(group)).expect("exact fits")).text
    };
    let (written, constant) = (text("v = 0; a = a/2"), text("v = 0"));
    assert!(written.contains("differ |= (c_0 != a_G_c0[e]);") && written.contains("#define SS_ONCE\n"));
    assert!(!constant.contains("a_G_c0") && !constant.contains("#define SS_ONCE\n"));
    // The preparation of a point makes one for each element, since a differs between them.
    assert!(constant.contains("a_G_0[e] = p["), "{constant}");
}
