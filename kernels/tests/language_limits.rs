//! Nothing that can be written makes the language panic or run out of stack.

use kernels::language::ast::TextId;
use kernels::language::check::{self, Symbol};
use kernels::language::names::Place;
use kernels::language::parser::limits;
use kernels::language::{parser, print};
use proptest::prelude::*;

#[path = "../../fuzz/checks/corpus.rs"]
mod corpus;
#[path = "../../fuzz/checks/equations.rs"]
mod equations;

use equations::{Everything, texts};

const ID: TextId = TextId(0);

fn code(text: &str) -> &'static str {
    parser::expression(text, ID).map_or_else(|fault| fault.code, |_| "accepted")
}

#[test]
fn what_is_too_deep_or_too_long_is_refused() {
    let terms = |n: usize, sign: &str| vec!["a"; n].join(sign);
    let table = [
        ("brackets", "(".repeat(60_000)),
        ("closed brackets", format!("{}a{}", "(".repeat(30_000), ")".repeat(30_000))),
        ("signs", format!("{}a", "-".repeat(60_000))),
        ("plus signs", format!("{}a", "+".repeat(60_000))),
        ("nots", format!("{}b", "not ".repeat(15_000))),
        ("calls", format!("{}a{}", "exp(".repeat(9_000), ")".repeat(9_000))),
        ("powers", terms(20_000, "**")),
        ("a sum", terms(30_000, "+")),
        ("a long sum", terms(100_000, "+")),
        ("a difference", terms(300, " - ")),
        ("a product", terms(30_000, "*")),
        ("conditions", terms(10_000, " or ")),
        ("arguments", format!("f({})", terms(30_000, ","))),
        ("a long name", "a".repeat(60_000)),
        ("a long text", format!("1 # {}", "x".repeat(limits::TEXT))),
    ];
    for (what, text) in &table {
        let found = code(text);
        assert!(matches!(found, "E0113" | "E0201"), "{what}: {found}");
        texts(text);
        texts(&format!("x = {text} : 1\ny = {text} : 1"));
        texts(&format!("v = {text}"));
    }
    assert_eq!(code(&vec!["a < a"; 5_000].join(" < ")), "E0107");
}

#[test]
fn what_is_just_within_the_limits_goes_all_the_way() {
    let texts = [
        format!("{}a{}", "(".repeat(limits::NESTING), ")".repeat(limits::NESTING)),
        format!("{}a", "-".repeat(limits::NESTING)),
        vec!["a"; limits::NESTING].join("**"),
        vec!["a"; limits::HEIGHT].join("+"),
        vec!["(a*a*a)"; 200].join("/"),
    ];
    for text in &texts {
        let expr = parser::expression(text, ID).unwrap_or_else(|fault| panic!("{fault:?}"));
        assert_eq!(check::expression(&expr, &Everything), Ok(Symbol::NUMBER));
        let again = parser::expression(&print::expression(&expr), ID);
        assert!(again.is_ok());
    }
}

#[test]
fn long_chains_of_subexpressions_are_sorted_without_recursion() {
    let mut text = String::from("s0 = 1.0 : 1\n");
    for k in 1..2_000 {
        text.push_str(&format!("s{k} = s{} : 1\n", k - 1));
    }
    let list = parser::equations(&text, ID).expect("parses");
    let order = check::equations(&list, Place::Neurons, &Everything).expect("no circle");
    assert_eq!(order, (0..2_000).collect::<Vec<_>>());
    let circle = text.replacen("s0 = 1.0", "s0 = s1999", 1);
    let list = parser::equations(&circle, ID).expect("parses");
    let faults = check::equations(&list, Place::Neurons, &Everything).expect_err("a circle");
    assert_eq!(faults.iter().map(|f| f.code).collect::<Vec<_>>(), ["E0210"]);
}

#[test]
fn what_fuzzers_tried_holds() {
    corpus::holds("equations", equations::check, 5_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_characters_never_panic(text in "\\PC{0,60}") {
        texts(&text);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        texts(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_tokens_never_panic(words in prop::collection::vec(proptest::sample::select(WORDS.to_vec()), 0..25)) {
        texts(&words.join(" "));
        texts(&words.concat());
    }
}

const WORDS: [&str; 62] = [
    "v",
    "n",
    "b",
    "a",
    "m",
    "i",
    "xi",
    "mV",
    "volt",
    "t",
    "dv",
    "dt",
    "1",
    "0",
    "2",
    "0.5",
    "1e3",
    "9223372036854775807",
    "'t'",
    "True",
    "and",
    "or",
    "not",
    "if",
    "(",
    ")",
    "[",
    "]",
    "{",
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "<",
    "<=",
    "==",
    "!=",
    "=",
    "+=",
    "**=",
    ":=",
    ":",
    ";",
    ",",
    ".",
    "\n",
    "#",
    "^",
    "&&",
    "!",
    "\"",
    "exp(",
    "int(",
    "clip(",
    "rand()",
    "(unless refractory)",
    "(constant)",
    "dv/dt =",
    ": volt",
];
