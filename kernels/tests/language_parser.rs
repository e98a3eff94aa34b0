//! The parser: what texts mean, as trees in brackets, and where their parts stand.

use kernels::language::ast::{
    Assign, Equation, EquationKind, Expr, ExprKind, Flag, Span, TextId, Unary, ValueKind,
};
use kernels::language::dimension::Dimension;
use kernels::language::{parser, print, units, walk};

const ID: TextId = TextId(7);

/// A tree as nested brackets: `(+ a (* b 2))`.
fn tree(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Integer(value) => value.to_string(),
        ExprKind::Real(value) => format!("{value:?}"),
        ExprKind::Boolean(value) => format!("{value}!"),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Unary(Unary::Negate, inner) => format!("(neg {})", tree(inner)),
        ExprKind::Unary(Unary::Not, inner) => format!("(not {})", tree(inner)),
        ExprKind::Binary(binary, left, right) => format!("({binary:?} {} {})", tree(left), tree(right)),
        ExprKind::Call(name, arguments) => {
            format!("({name}! {})", arguments.iter().map(tree).collect::<Vec<_>>().join(" "))
        }
    }
}

#[test]
fn expressions_become_trees() {
    let table = [
        ("1", "1"),
        ("1.", "1.0"),
        (".5", "0.5"),
        ("1e-3", "0.001"),
        ("1E+3", "1000.0"),
        ("2.5e3", "2500.0"),
        ("9223372036854775807", "9223372036854775807"),
        ("0", "0"),
        ("00.5", "0.5"),
        ("True", "true!"),
        ("not False", "(not false!)"),
        ("'euler'", "\"euler\""),
        ("method == \"a b\"", "(Equal method \"a b\")"),
        ("a + b*c", "(Add a (Multiply b c))"),
        ("(a + b)*c", "(Multiply (Add a b) c)"),
        ("a - b - c", "(Subtract (Subtract a b) c)"),
        ("a/b/c*d", "(Multiply (Divide (Divide a b) c) d)"),
        ("a//b % c", "(Modulo (FloorDivide a b) c)"),
        ("-a**2", "(neg (Power a 2))"),
        ("(-a)**2", "(Power (neg a) 2)"),
        ("a**b**c", "(Power a (Power b c))"),
        ("a**-b", "(Power a (neg b))"),
        ("a**-b**c*d", "(Multiply (Power a (neg (Power b c))) d)"),
        ("-a*b", "(Multiply (neg a) b)"),
        ("--a", "(neg (neg a))"),
        ("+a - +b", "(Subtract a b)"),
        ("a - -b", "(Subtract a (neg b))"),
        ("2**-1", "(Power 2 (neg 1))"),
        ("a < b", "(Less a b)"),
        ("a <= b + 1", "(LessEqual a (Add b 1))"),
        ("a != b", "(NotEqual a b)"),
        ("(a < b) == (c > d)", "(Equal (Less a b) (Greater c d))"),
        ("a or b and not c >= d", "(Or a (And b (not (GreaterEqual c d))))"),
        ("not a and b", "(And (not a) b)"),
        ("not not a", "(not (not a))"),
        ("not a == b", "(not (Equal a b))"),
        ("a and b or c and d", "(Or (And a b) (And c d))"),
        ("rand()", "(rand! )"),
        ("clip(x, -1, 1)", "(clip! x (neg 1) 1)"),
        ("exp (x)", "(exp! x)"),
        ("f(g(x), (y))", "(f! (g! x) y)"),
        ("a # a comment (\n + b # another", "(Add a b)"),
        ("a\n  + b", "(Add a b)"),
        ("int(v > Vt)*2", "(Multiply (int! (Greater v Vt)) 2)"),
        ("xi*sigma", "(Multiply xi sigma)"),
        ("e1 + e", "(Add e1 e)"),
        ("1e3e", "?"),
    ];
    for (text, wanted) in table {
        let found = parser::expression(text, ID).map(|e| tree(&e));
        match wanted {
            "?" => assert!(found.is_err(), "{text}"),
            _ => assert_eq!(found.as_deref(), Ok(wanted), "{text}"),
        }
    }
}

#[test]
fn spans_cover_what_was_written() {
    let text = " ( a+b )*-c  + exp( x ) ";
    let expr = parser::expression(text, ID).expect(text);
    let mut seen = Vec::new();
    walk::each(&expr, &mut |part| seen.push(&text[part.span.start as usize..part.span.end as usize]));
    assert_eq!(
        seen,
        ["( a+b )*-c  + exp( x )", "( a+b )*-c", "( a+b )", "a", "b", "-c", "c", "exp( x )", "x"]
    );
    assert_eq!(expr.span.text, ID);
}

#[test]
fn statements_are_split_at_lines_and_semicolons() {
    let text = "v = Vr; w += (b +\n 1) # both\n\n;x*=2\ny -= 1; z /= 2\nn %= 3;";
    let list = parser::statements(text, ID).expect(text);
    let shown: Vec<String> = list.iter().map(print::statement).collect();
    assert_eq!(shown, ["v = Vr", "w += b + 1", "x *= 2", "y -= 1", "z /= 2", "n %= 3"]);
    assert_eq!(list[1].assign, Assign::Add);
    let start = text.find("x*=").expect("is there") as u32;
    assert_eq!(list[2].target_span, Span { text: ID, start, end: start + 1 });
    assert_eq!(parser::statements("", ID), Ok(Vec::new()));
    assert_eq!(parser::statements(" \n# nothing\n;;", ID), Ok(Vec::new()));
}

fn dimension(words: &str) -> Dimension {
    match words {
        "1" => Dimension::NONE,
        _ => units::unit(words).expect(words).dimension,
    }
}

fn block(text: &str) -> Vec<Equation> {
    parser::equations(text, ID).unwrap_or_else(|faults| panic!("{text}: {faults:#?}"))
}

#[test]
fn equations_have_three_forms() {
    let list = block(
        "# a model\ndv/dt = (ge + gi\n   - (v - El)) # over lines\n  /taum : volt (unless refractory)\n\
         \n  IL = gL*v : amp\ng : siemens (constant, shared)\n  on : boolean # flag\nn : integer\ns = a : 1 (constant over dt)",
    );
    let names: Vec<&str> = list.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["v", "IL", "g", "on", "n", "s"]);
    let EquationKind::Differential(value) = &list[0].kind else { panic!("{:?}", list[0]) };
    assert_eq!(print::expression(value), "(ge + gi - (v - El))/taum");
    assert_eq!(list[0].dimension, dimension("volt"));
    assert!(list[0].has(Flag::UnlessRefractory) && !list[0].has(Flag::Constant));
    assert_eq!(list[0].name_span, Span { text: ID, start: 11, end: 12 });
    assert!(matches!(list[1].kind, EquationKind::Subexpression(_)));
    assert_eq!(list[2].flags.iter().map(|f| f.0).collect::<Vec<_>>(), [Flag::Constant, Flag::Shared]);
    assert_eq!((list[3].value_kind, list[4].value_kind), (ValueKind::Boolean, ValueKind::Integer));
    assert_eq!(list[5].flags[0].0, Flag::ConstantOverDt);
    assert!(block("").is_empty() && block("\n # none\n").is_empty());
    let synaptic = block(
        "dw/dt = -w/taus : 1 (event-driven)\ndx/dt = 1/second : 1 (clock-driven)\nI_post = w*amp : amp (summed)",
    );
    let flags: Vec<Flag> = synaptic.iter().map(|e| e.flags[0].0).collect();
    assert_eq!(flags, [Flag::EventDriven, Flag::ClockDriven, Flag::Summed]);
}

#[test]
fn units_behind_the_colon_multiply() {
    let volt = dimension("volt");
    let table = [
        ("1", Dimension::NONE),
        ("volt", volt),
        ("Hz", dimension("hertz")),
        ("siemens/meter**2", dimension("siemens").over(dimension("meter2"))),
        ("volt*second", volt.times(Dimension::TIME)),
        ("1/second", dimension("hertz")),
        ("second**-1", dimension("hertz")),
        ("second**(-1)", dimension("hertz")),
        ("volt/second**0.5", volt.over(Dimension::TIME.power(0.5).expect("half"))),
        ("volt**(1/3)", volt.power(1.0 / 3.0).expect("third")),
        ("amp/(volt*second)", dimension("siemens").over(Dimension::TIME)),
        ("mmolar", dimension("molar")),
        ("mM", dimension("molar")),
        ("radian", Dimension::NONE),
        ("kilogram/metre**3", dimension("kilogram").over(dimension("metre3"))),
    ];
    for (unit, wanted) in table {
        assert_eq!(block(&format!("x : {unit}"))[0].dimension, wanted, "{unit}");
        assert_eq!(block(&format!("x : {unit} (constant) # c"))[0].dimension, wanted, "{unit}");
    }
}

#[test]
fn words_for_dimensions_can_be_pasted_behind_the_colon() {
    let bases =
        ["volt", "amp", "second", "siemens", "meter", "farad", "mole", "kelvin", "candle", "kilogram"];
    for a in bases {
        for b in bases {
            for (p, q) in [
                (1.0, 0.0),
                (1.0, 1.0),
                (1.0, -1.0),
                (-1.0, -1.0),
                (2.0, -1.0),
                (1.0, -2.0),
                (0.5, -0.5),
                (3.0, 2.0),
            ] {
                let (x, y) = (dimension(a).power(p), dimension(b).power(q));
                let wanted = x.expect("small").times(y.expect("small"));
                let words = units::describe(wanted);
                assert_eq!(block(&format!("x : {words}"))[0].dimension, wanted, "{words}");
            }
        }
    }
}

#[test]
fn every_fault_of_a_block_is_reported() {
    let text = "dv/dt = -v/tau\nx = : 1\ny : mV\nz = (1 : 1\nz : 1\nz : 1\nexp : 1\nw : 1 (foo)";
    let codes: Vec<&str> = parser::equations(text, ID).expect_err(text).iter().map(|f| f.code).collect();
    assert_eq!(codes, ["E0116", "E0104", "E0118", "E0106", "E0203", "E0202", "E0119"]);
}

#[test]
fn slices_have_bounds() {
    let shown = |text: &str| {
        let slice = parser::slice(text, ID).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
        let bound = |b: &Option<Expr>| b.as_ref().map_or("_".to_string(), print::expression);
        format!("{} {} {}", slice.name, bound(&slice.start), bound(&slice.stop))
    };
    let table = [
        ("P", "P _ _"),
        (" P ", "P _ _"),
        ("P[:0.8*n]", "P _ 0.8*n"),
        ("P[int(0.8*n):]", "P int(0.8*n) _"),
        ("P[:]", "P _ _"),
        ("P[2:-1]", "P 2 -1"),
        ("P[3]", "P 3 3 + 1"),
        ("P[n - 1]", "P n - 1 n - 1 + 1"),
        ("P[-1]", "P -1 _"),
        ("P[ a*(b + 1) : c ]", "P a*(b + 1) c"),
    ];
    for (text, wanted) in table {
        assert_eq!(shown(text), wanted, "{text}");
    }
}

#[test]
fn summaries_have_parts() {
    let shown = |text: &str| {
        let found = match parser::summary(text, ID) {
            Ok(found) => found,
            Err(parser::NoSummary::Form) => return "no summary".to_owned(),
            Err(parser::NoSummary::Fault(fault)) => return fault.code.to_owned(),
        };
        let at = |span: kernels::language::ast::Span| &text[span.start as usize..span.end as usize];
        assert_eq!((at(found.operation_span), at(found.span)), (found.operation.as_str(), text.trim()));
        let arguments: Vec<String> = found.arguments.iter().map(print::expression).collect();
        let of = match &found.of {
            parser::Of::Value(value) => format!("= {}", print::expression(value)),
            parser::Of::Part(part, None) => format!("{} _", at(part.span)),
            parser::Of::Part(part, Some((name, span))) => {
                assert_eq!(at(*span), name);
                format!("{} {name}", at(part.span))
            }
        };
        format!("{} {of} {}", found.operation, arguments.join("; "))
    };
    let table = [
        ("rate(P)", "rate P _ "),
        (" mean( P[:10] . v ) ", "mean P[:10] v "),
        ("fano(P[n - 1], 2*w, t > a and\nt < b)", "fano P[n - 1] _ 2*w; t > a and t < b"),
        ("f(P[2:].x, exp(t))", "f P[2:] x exp(t)"),
        ("", "no summary"),
        ("rate", "no summary"),
        ("rate P", "no summary"),
        ("mean(v - vt, t > a)", "mean = v - vt t > a"),
        ("mean(2*v)", "mean = 2*v "),
        ("rate()", "E0104"),
        ("rate(1)", "rate = 1 "),
        ("rate(P.)", "no summary"),
        ("rate(P.1)", "E0105"),
        ("2*rate(P)", "no summary"),
        ("rate(P) + 1", "no summary"),
        ("rate(P", "E0106"),
        ("rate(P,)", "E0104"),
        ("rate(P[1:2:3])", "E0122"),
        ("rate(P, t >)", "E0104"),
    ];
    for (text, wanted) in table {
        assert_eq!(shown(text), wanted, "{text}");
    }
}

#[test]
fn generators_have_parts() {
    let shown = |text: &str| {
        let found = match parser::generator(text, ID) {
            Ok(found) => found,
            Err(fault) => return fault.code.to_owned(),
        };
        let at = |span: kernels::language::ast::Span| &text[span.start as usize..span.end as usize];
        let mut out = tree(&found.element);
        assert_eq!(at(found.span).trim(), text.trim());
        if let Some(iteration) = &found.iteration {
            assert_eq!(at(iteration.variable_span), iteration.variable);
            let bounds = iteration.low.iter().chain([&iteration.high]).chain(&iteration.step);
            let bounds: Vec<String> = bounds.map(tree).collect();
            let taken = match &iteration.taken {
                parser::Taken::All => "all".to_owned(),
                parser::Taken::Each(p) => format!("each {}", tree(p)),
                parser::Taken::Some(size) => format!("some {}", tree(size)),
            };
            out +=
                &format!(" | {} {} | {} | {taken}", iteration.variable, at(iteration.span), bounds.join(" "));
        }
        found.condition.iter().for_each(|condition| out += &format!(" ? {}", tree(condition)));
        out
    };
    let table = [
        ("i", "i"),
        (" i + 1 if i < 3 ", "(Add i 1) ? (Less i 3)"),
        ("k for k in range(N)", "k | k range(N) | N | all"),
        ("(k) for k in range(i-3, i+4)", "k | k range(i-3, i+4) | (Subtract i 3) (Add i 4) | all"),
        ("k for k\nin range(a, b,\n -1)", "k | k range(a, b,\n -1) | a b (neg 1) | all"),
        (
            "2*k for k in range(3) if k != i and b",
            "(Multiply 2 k) | k range(3) | 3 | all ? (And (NotEqual k i) b)",
        ),
        ("_k for _k in sample(9, p=0.5)", "_k | _k sample(9, p=0.5) | 9 | each 0.5"),
        (
            "k for k in sample(1, 9, size=i//2)",
            "k | k sample(1, 9, size=i//2) | 1 9 | some (FloorDivide i 2)",
        ),
        ("k for k in sample(1, 9, 2, p=f(x))", "k | k sample(1, 9, 2, p=f(x)) | 1 9 2 | each (f! x)"),
        ("i for _ in range(1)", "i | _ range(1) | 1 | all"),
        ("forty for forty in range(inner)", "forty | forty range(inner) | inner | all"),
        ("k for k in rnge(3)", "E0124"),
        ("k for k in range(3,)", "k | k range(3,) | 3 | all"),
        ("k + for k in range(3)", "E0123"),
    ];
    for (text, wanted) in table {
        assert_eq!(shown(text), wanted, "{text}");
    }
}

#[test]
fn names_can_be_replaced_and_found() {
    let mut expr = parser::expression("g_post*(v - E0) + exp(v/vT)*v", ID).expect("parses");
    walk::rename(&mut expr, &|name| (name == "v").then(|| "v_post".to_string()));
    assert_eq!(print::expression(&expr), "g_post*(v_post - E0) + exp(v_post/vT)*v_post");
    let mut seen = Vec::new();
    walk::names(&expr, &mut |name, _| seen.push(name.to_string()));
    assert_eq!(seen, ["g_post", "v_post", "E0", "v_post", "vT", "v_post"]);
    assert!(walk::calls(&expr, &["exp"]) && !walk::calls(&expr, &["rand", "v_post"]));
}
