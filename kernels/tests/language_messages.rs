//! Every message of the equation language, against a golden file. `BLESS=1 cargo test -p kernels` writes it anew.

use std::collections::BTreeSet;
use std::fmt::Write;

use kernels::language::ast::{Span, TextId, ValueKind};
use kernels::language::check::{self, Scope, Symbol};
use kernels::language::dimension::Dimension;
use kernels::language::evaluate::{self, Value};
use kernels::language::fault::Fault;
use kernels::language::names::Place;
use kernels::language::{codes, parser, units};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/language_messages.txt");

/// The names that the cases use.
struct Names;

fn unit(name: &str) -> Dimension {
    units::unit(name).map(|u| u.dimension).unwrap_or_default()
}

impl Scope for Names {
    fn symbol(&self, name: &str) -> Option<Symbol> {
        Some(match name {
            "v" | "E0" | "El" | "v_pre" | "v_post" => Symbol::real(unit("volt")),
            "w" => Symbol::real(unit("amp")),
            "gL" | "g" => Symbol::real(unit("siemens")),
            "C" => Symbol::real(unit("farad")),
            "tau" | "t" | "dt" => Symbol::real(Dimension::TIME),
            "x" | "y" | "x_post" => Symbol::NUMBER,
            "n" | "i" | "j" => Symbol::INTEGER,
            "on" => Symbol::BOOLEAN,
            _ => return None,
        })
    }

    fn names(&self) -> Vec<String> {
        let all = [
            "v", "E0", "El", "v_pre", "v_post", "w", "gL", "g", "C", "tau", "t", "dt", "x", "y", "n", "i",
            "on",
        ];
        all.map(String::from).to_vec()
    }

    fn is_text(&self, name: &str) -> bool {
        name == "method"
    }
}

fn writable(name: &str) -> Option<Symbol> {
    if matches!(name, "v" | "w" | "g" | "x" | "n" | "on" | "v_post") { Names.symbol(name) } else { None }
}

/// What a case is read as.
#[derive(Clone, Copy, Debug)]
enum As {
    /// An expression of any kind.
    Expression,
    /// A condition: a threshold.
    Condition,
    /// A time.
    Time,
    /// An integer.
    Integer,
    /// Statements.
    Statements,
    /// Equations of neurons.
    Neurons,
    /// Equations of synapses.
    Synapses,
    /// A slice.
    Slice,
    /// A generator of connections.
    Generator,
    /// A value: x = 1.5, n = 7, on = True, huge = the largest integer, method = "euler".
    Value,
}

fn value(name: &str) -> Option<Value> {
    Some(match name {
        "x" => Value::Real(1.5),
        "n" => Value::Integer(7),
        "zero" => Value::Integer(0),
        "huge" => Value::Integer(i64::MAX),
        "on" => Value::Boolean(true),
        "method" => Value::Text("euler".into()),
        _ => return None,
    })
}

fn faults(kind: As, text: &str) -> Vec<Fault> {
    let id = TextId(3);
    let checked =
        |check: &dyn Fn(&kernels::language::ast::Expr) -> Option<Vec<Fault>>| match parser::expression(
            text, id,
        ) {
            Ok(expr) => check(&expr).unwrap_or_default(),
            Err(fault) => vec![fault],
        };
    match kind {
        As::Expression => checked(&|e| check::expression(e, &Names).err()),
        As::Condition => checked(&|e| check::condition(e, &Names, "the threshold").err()),
        As::Time => checked(&|e| check::expect(e, &Names, Dimension::TIME, "the refractory period").err()),
        As::Integer => checked(&|e| check::integer(e, &Names, "the size").err()),
        As::Value => checked(&|e| evaluate::scalar(e, &value).err().map(|f| vec![f])),
        As::Slice => parser::slice(text, id).err().into_iter().collect(),
        As::Generator => parser::generator(text, id).err().into_iter().collect(),
        As::Statements => match parser::statements(text, id) {
            Ok(list) => check::statements(&list, &Names, &writable).err().unwrap_or_default(),
            Err(fault) => vec![fault],
        },
        As::Neurons | As::Synapses => {
            let place = if matches!(kind, As::Neurons) { Place::Neurons } else { Place::Synapses };
            match parser::equations(text, id) {
                Ok(list) => check::equations(&list, place, &Names).err().unwrap_or_default(),
                Err(faults) => faults,
            }
        }
    }
}

/// The line a span begins in, with the span's characters underlined.
fn marked(text: &str, span: Span, words: &str) -> String {
    let (start, end) = (span.start as usize, span.end as usize);
    let begin = text[..start].rfind('\n').map_or(0, |k| k + 1);
    let stop = text[start..].find('\n').map_or(text.len(), |k| start + k);
    let width = text[start..end.min(stop)].chars().count().max(1);
    let indent = text[begin..start].chars().count();
    let line = text[begin..stop].chars().take(110).collect::<String>();
    format!("    {line}\n    {}{} {words}", " ".repeat(indent), "^".repeat(width)).trim_end().to_string()
}

fn rendered(text: &str, fault: &Fault) -> String {
    let mut out =
        format!("  {}: {}\n{}\n", fault.code, fault.message, marked(text, fault.span, &fault.label));
    for (span, words) in &fault.also {
        let _ = writeln!(out, "{}", marked(text, *span, words));
    }
    if let Some(help) = &fault.help {
        let _ = writeln!(out, "    help: {help}");
    }
    out
}

fn cases() -> Vec<(As, String)> {
    let long_name = "a".repeat(70);
    let deep = format!("{}v{}", "(".repeat(70), ")".repeat(70));
    let chain = vec!["x"; 300].join("+");
    let mut all: Vec<(As, String)> = CASES.iter().map(|(kind, text)| (*kind, text.to_string())).collect();
    all.push((As::Expression, format!("1 + {long_name}")));
    all.push((As::Expression, deep));
    all.push((As::Expression, chain));
    all
}

#[test]
fn messages_are_those_of_the_golden_file() {
    let mut out = String::new();
    let mut silent = Vec::new();
    for (kind, text) in cases() {
        let found = faults(kind, &text);
        let shown: String = text.chars().take(110).collect();
        let _ = writeln!(out, "{kind:?}: {}", shown.replace('\n', "\n    "));
        found.iter().for_each(|f| out.push_str(&rendered(&text, f)));
        out.push('\n');
        if found.is_empty() {
            silent.push(text);
        }
        for fault in &found {
            let spans = std::iter::once(fault.span).chain(fault.also.iter().map(|a| a.0));
            assert!(spans.into_iter().all(|s| s.text == TextId(3) && s.start <= s.end), "{fault:?}");
        }
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(GOLDEN, &out).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(GOLDEN).expect("the golden file exists");
    assert!(silent.is_empty(), "not refused: {silent:#?}");
    for (k, (new, old)) in out.lines().zip(golden.lines()).enumerate() {
        assert_eq!(new, old, "line {} of {GOLDEN}", k + 1);
    }
    assert_eq!(out.len(), golden.len());
}

#[test]
fn every_code_is_reached_and_every_reached_code_is_in_the_table() {
    let reached: BTreeSet<&str> =
        cases().iter().flat_map(|(kind, text)| faults(*kind, text)).map(|fault| fault.code).collect();
    let table: BTreeSet<&str> = codes::TABLE.iter().map(|(code, _)| *code).collect();
    assert_eq!(reached, table);
    assert_eq!(table.len(), codes::TABLE.len(), "a code stands twice");
}

#[test]
fn kinds_are_told_apart() {
    let kind = |text: &str| {
        let expr = parser::expression(text, TextId(0)).expect(text);
        check::expression(&expr, &Names).expect(text)
    };
    let integer =
        ["n", "n + 1", "n*i", "n//2", "n % 3", "n**2", "-n", "int(x)", "int(on)", "int(x > 1)", "abs(n)"];
    let more = ["clip(n, 0, 9)", "sign(v)", "min(n, 2)", "timestep(t, dt)", "poisson(3)", "i*(j - 1)"];
    for text in integer.iter().chain(&more) {
        assert_eq!(kind(text), Symbol::INTEGER, "{text}");
    }
    for text in
        ["n/2", "n + 1.0", "n**(-1)", "n**0.5", "2**n", "floor(x)", "min(n, 1.5)", "sqrt(4)", "rand()", "v/v"]
    {
        assert_eq!(kind(text), Symbol::NUMBER, "{text}");
    }
    for text in [
        "v > E0",
        "not on",
        "n == 1.0",
        "on == True",
        "on and n > 1 or False",
        "method == \"euler\"",
        "'a' != 'b'",
    ] {
        assert_eq!(kind(text), Symbol::BOOLEAN, "{text}");
    }
    let dimensions = [
        ("v*gL", "amp"),
        ("C*v/tau", "amp"),
        ("tau**-1", "hertz"),
        ("v**2/v", "volt"),
        ("(v*v)**0.5", "volt"),
        ("(v*v*v)**(1/3)", "volt"),
        ("sqrt(v*v)", "volt"),
        ("clip(v, E0, 0*volt)", "volt"),
        ("-abs(v)", "volt"),
        ("0*mV", "volt"),
        ("pi*amp", "amp"),
        ("v % E0", "volt"),
    ];
    for (text, wanted) in dimensions {
        assert_eq!(kind(text), Symbol::real(unit(wanted)), "{text}");
        assert_eq!(kind(text).kind, ValueKind::Real);
    }
}

const CASES: &[(As, &str)] = {
    use As::*;
    &[
        // Characters and numbers.
        (Expression, "v \u{2212} E0"),
        (Expression, "v\u{A0}+ E0"),
        (Expression, "v/\u{3C4}"),
        (Expression, "\u{E9}"),
        (Expression, "007"),
        (Expression, "1.2.3"),
        (Expression, "1e999"),
        (Expression, "1e-999"),
        (Expression, "9223372036854775808"),
        (Expression, "0xFF"),
        (Expression, "1_000"),
        (Expression, "\u{201C}euler\u{201D}"),
        (Expression, "method == \"euler"),
        (Neurons, "v' = -v/tau : volt"),
        // Operands and operators.
        (Expression, "v +"),
        (Expression, "* v"),
        (Expression, "v + * E0"),
        (Expression, "()"),
        (Expression, "f(,)"),
        (Expression, "exp(x,)"),
        (Expression, "10mV"),
        (Expression, "10 mV"),
        (Expression, "v (E0)"),
        (Expression, "2(x)"),
        (Expression, "0,5"),
        (Expression, "x == not on"),
        (Expression, "x ** not on"),
        (Expression, "(v - E0"),
        (Expression, "v - E0)"),
        (Expression, "exp((x)"),
        (Expression, "(v]"),
        (Condition, "-60*mV < v > -50*mV"),
        (Condition, "0 < x <= n < 5"),
        (Condition, "v = -50*mV"),
        (Expression, "x += 1"),
        (Expression, "x^2"),
        (Condition, "x > 1 && n > 1"),
        (Condition, "!on"),
        (Expression, "x if on else y"),
        (Expression, "lambda"),
        (Expression, "x in y"),
        (Expression, "np.exp(x)"),
        (Expression, "P.v + v"),
        (Expression, "v[0]"),
        (Expression, "exp(x=1)"),
        (Expression, ""),
        (Expression, " # nothing"),
        // Names in expressions.
        (Expression, "E1 - v"),
        (Expression, "vv"),
        (Expression, "V"),
        (Expression, "5*pS"),
        (Expression, "xyzzy"),
        (Expression, "exp"),
        (Expression, "ln(2.0)"),
        (Expression, "exq(x)"),
        (Expression, "frobnicate(x)"),
        (Expression, "v(3)"),
        (Expression, "mV(3)"),
        (Expression, "clip(x)"),
        (Expression, "rand(3)"),
        // Dimensions.
        (Expression, "gL*(E0 - v) + 0.5"),
        (Expression, "-g/tau + 5*nS"),
        (Expression, "2*nS*(v - E0) - v"),
        (Expression, "v % tau"),
        (Condition, "v > 0"),
        (Condition, "v > 10*ms"),
        (Condition, "v_pre > 3"),
        (Expression, "1/(1 + exp((v + 40*mV)/5))"),
        (Expression, "tanh(gL)"),
        (Expression, "clip(v, 0, 1*mV)"),
        (Expression, "timestep(v, dt)"),
        (Time, "2*nA"),
        (Time, "t_ref"),
        (Time, "5"),
        (Time, "on"),
        (Expression, "v**x"),
        (Expression, "2**v"),
        (Expression, "v**0.00001"),
        (Expression, "v//E0"),
        (Expression, "v//2"),
        (Expression, "(v**1000)*(v**1000)"),
        (Expression, "vv + exp(v) + (g > 0) + w"),
        // Kinds.
        (Expression, "on + 1"),
        (Expression, "-(v > E0)"),
        (Condition, "x and on"),
        (Condition, "not x"),
        (Condition, "v"),
        (Condition, "on == 1"),
        (Condition, "on < True"),
        (Condition, "method == 1"),
        (Condition, "method < 'b'"),
        (Expression, "method"),
        (Expression, "sin(on)"),
        (Integer, "n/2"),
        // Statements.
        (Statements, "v = gL"),
        (Statements, "v += 1"),
        (Statements, "v *= E0"),
        (Statements, "v_post += g"),
        (Statements, "v = (w = 3)"),
        (Statements, "v = w = 3"),
        (Statements, "v == E0"),
        (Statements, "v"),
        (Statements, "v++"),
        (Statements, "v **= 2"),
        (Statements, "v[0] = E0"),
        (Statements, "P.v = E0"),
        (Statements, "v, w = E0"),
        (Statements, "if v > E0: v = E0"),
        (Statements, "3 = v"),
        (Statements, "v = E0 +\nw = 0*nA"),
        (Statements, "V = -65*mV"),
        (Statements, "speed = 3"),
        (Statements, "vv += 1*mV"),
        (Statements, "E0 = 3*mV"),
        (Statements, "t = 0*ms"),
        (Statements, "exp = 3; x = exp(1)"),
        (Statements, "_a = 3"),
        (Statements, "n = 0.5"),
        (Statements, "n /= 2"),
        (Statements, "x = on"),
        (Statements, "on = 1"),
        (Statements, "on += on"),
        (Statements, "a = E1; b = a + 1; v = b"),
        (Statements, "s = 0; s += 0.5; x = s"),
        // Equations.
        (Neurons, "dv/dt = (E0 - v) : volt"),
        (Neurons, "dg/dt = -g/tau + 5*nS : siemens"),
        (Neurons, "du/dt = 3/second : amp"),
        (Neurons, "dv/dt = (E0 - v)/tau : volt\nIL = gL*(E0 - v) : volt"),
        (Neurons, "dv/dt = (E0 - v)/tau*ln(2.0) : volt"),
        (Neurons, "dexp/dt = -exp/tau : 1"),
        (Neurons, "dpA/dt = -pA/tau : amp"),
        (Neurons, "di/dt = -i/tau : 1"),
        (Neurons, "xi_1 : 1\nlambda : 1\ne : 1\nv_post : volt\nrefractory : second\n_x : 1"),
        (Synapses, "delay : second"),
        (Neurons, "dv/dt = (E0 - v)/tau : volt\nv = 2*E0 : volt"),
        (Neurons, "dv/dt = (E0 - v)/tau volt"),
        (Neurons, "dv/dt = (E0 - v)/tau\ndw/dt = -w/tau : amp"),
        (Neurons, "dv/dt = (E0 - v))/tau : volt"),
        (Neurons, "dv/dt = (E0 - v/tau : volt"),
        (Neurons, "dv/dt = (E0 - v)/tau : ms"),
        (Neurons, "gmax : uS/cm**2\nc : nF/meter2\nV1 : V\nk : molar"),
        (
            Neurons,
            "a : bool\nb : int\nc : float\nd : vlt\nf : 5\ng : volt^2\nh :\nk : volt**\nm : meter**99999",
        ),
        (Neurons, "a : 1/meter**500/meter**501\nb : (volt"),
        (Neurons, "a = b : 1\nb = c : 1\nc = a : 1\ndv/dt = -v*a/tau : volt"),
        (Neurons, "dv/dt = (E0 - v)/tau : volt\nx : 1 (summed)"),
        (Neurons, "dv/dt = (E0 - v)/tau : volt (event-driven)"),
        (Neurons, "dv/dt = (E0 - v)/tau : volt (unless_refractory)\nk : 1 (konstant)\nm : 1 (foo)\nq : 1 ()"),
        (
            Neurons,
            "dv/dt = (E0 - v)/tau : volt unless refractory\nk : 1 (constant, constant)\nm : 1 (constant",
        ),
        (Neurons, "k : 1 = 5\nm : 1; q : 1\nr : volt siemens"),
        (Neurons, "v += 3 : volt\ndv/dx = 3 : 1\nv/dt = 3 : 1\n= 3\nfoo\nx = : 1"),
        (Neurons, "db/dt = 1/tau : boolean\nb = x : boolean\nk = x : integer\nq = x > 1 : 1"),
        (Synapses, "dv/dt = -v/tau : volt (unless refractory)\nx_post = v : volt (summed, linked)"),
        // Slices.
        (Slice, ""),
        (Slice, "3"),
        (Slice, "P[]"),
        (Slice, "P[1:2:3]"),
        (Slice, "P[[1, 2]]"),
        (Slice, "P[1, 2]"),
        (Slice, "P[:3"),
        (Slice, "P Q"),
        (Slice, "P[1:\u{2013}1]"),
        // Values.
        (Value, "unknown + 1"),
        (Value, "huge + 1"),
        (Value, "-huge - 2"),
        (Value, "huge*2"),
        (Value, "10**19"),
        (Value, "n // zero"),
        (Value, "n % zero"),
        (Value, "x % 0.0"),
        (Value, "int(inf)"),
        (Value, "int(0.0/0.0)"),
        (Value, "x + rand()"),
        (Value, "on + 1"),
        (Value, "method + 1"),
        (Value, "method < 'a'"),
        (Value, "x and on"),
        (Value, "foo(1)"),
        (Value, "exp(1, 2)"),
        (Value, "exp(on)"),
        // Generators of connections.
        (Generator, ""),
        (Generator, "k for"),
        (Generator, "k for k"),
        (Generator, "k for k in"),
        (Generator, "k for k in range"),
        (Generator, "k for k in range()"),
        (Generator, "k for k in range(1, 2, 3, 4)"),
        (Generator, "k for k in range(10, p=0.5)"),
        (Generator, "k for k in sample(10)"),
        (Generator, "k for k in sample(10, size=3, p=0.1)"),
        (Generator, "k for k in sample(p=0.1)"),
        (Generator, "k for k in sample(10, q=0.1)"),
        (Generator, "k for k in sample(10, p=0.1, 3)"),
        (Generator, "k for k in N_post"),
        (Generator, "k for k in [1, 2]"),
        (Generator, "k for k, l in range(3)"),
        (Generator, "k for k in range(3) for l in range(4)"),
        (Generator, "k for k in range(3) if i > 2 if i < 5"),
        (Generator, "i if i > 3 else 2"),
        (Generator, "k for k in range(3"),
        (Generator, "k for 3 in range(3)"),
        (Generator, "k in range(3)"),
        (Generator, "i for k of range(3)"),
    ]
};
