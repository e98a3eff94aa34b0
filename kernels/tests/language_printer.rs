//! Printing: as few brackets as possible, and the same tree again when parsed.

use kernels::language::ast::{Binary, Expr, ExprKind, Span, TextId, Unary};
use kernels::language::{parser, print};
use proptest::prelude::*;

const ID: TextId = TextId(0);

fn node(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}

/// The tree without its places.
fn bare(expr: &Expr) -> Expr {
    node(match &expr.kind {
        ExprKind::Unary(unary, inner) => ExprKind::Unary(*unary, Box::new(bare(inner))),
        ExprKind::Binary(binary, left, right) => {
            ExprKind::Binary(*binary, Box::new(bare(left)), Box::new(bare(right)))
        }
        ExprKind::Call(name, arguments) => ExprKind::Call(name.clone(), arguments.iter().map(bare).collect()),
        leaf => leaf.clone(),
    })
}

#[test]
fn brackets_stand_only_where_they_are_needed() {
    let table = [
        ("((a))", "a"),
        ("(a*b)+(c/d)", "a*b + c/d"),
        ("(a+b)*c", "(a + b)*c"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("a/(b*c)", "a/(b*c)"),
        ("(-a)**2", "(-a)**2"),
        ("-(a**2)", "-a**2"),
        ("-(a*b)", "-(a*b)"),
        ("(-a)*b", "-a*b"),
        ("a**(-b)", "a**-b"),
        ("a**(b**c)", "a**b**c"),
        ("(a**b)**c", "(a**b)**c"),
        ("not(a and b)", "not (a and b)"),
        ("(not a) and b", "not a and b"),
        ("(not a)==b", "(not a) == b"),
        ("not(a==b)", "not a == b"),
        ("(a<b)==(c<d)", "(a < b) == (c < d)"),
        ("(a or b)and c", "(a or b) and c"),
        ("a or(b and c)", "a or b and c"),
        ("a%b//c", "a % b//c"),
        ("exp( (a) ,b)", "exp(a, b)"),
        ("1.0", "1.0"),
        ("1e-9", "1e-9"),
        ("1e22", "1e22"),
        ("0.1", "0.1"),
        ("'a\"b'", "'a\"b'"),
        ("\"a'b\"", "\"a'b\""),
        ("True or False", "True or False"),
    ];
    for (text, wanted) in table {
        let expr = parser::expression(text, ID).expect(text);
        assert_eq!(print::expression(&expr), wanted, "{text}");
    }
}

#[test]
fn folded_numbers_print_as_expressions_of_the_same_value() {
    let power = |base: ExprKind| {
        node(ExprKind::Binary(Binary::Power, Box::new(node(base)), Box::new(node(ExprKind::Integer(2)))))
    };
    assert_eq!(print::expression(&power(ExprKind::Integer(-3))), "(-3)**2");
    assert_eq!(print::expression(&power(ExprKind::Real(-0.5))), "(-0.5)**2");
    assert_eq!(print::expression(&power(ExprKind::Real(f64::NEG_INFINITY))), "(-inf)**2");
    assert_eq!(print::expression(&power(ExprKind::Real(f64::NAN))), "(inf - inf)**2");
    let least = print::expression(&node(ExprKind::Integer(i64::MIN)));
    let value =
        kernels::language::evaluate::scalar(&parser::expression(&least, ID).expect("parses"), &|_: &str| {
            None
        });
    assert_eq!(value, Ok(kernels::language::evaluate::Value::Integer(i64::MIN)));
}

fn leaves() -> impl Strategy<Value = Expr> {
    let name = "[a-zA-Z][a-zA-Z0-9_]{0,6}"
        .prop_filter("keywords are no names", |n| !kernels::language::names::is_keyword(n));
    prop_oneof![
        (0..i64::MAX).prop_map(ExprKind::Integer),
        (0_i64..20).prop_map(ExprKind::Integer),
        (0.0..1e300_f64).prop_map(ExprKind::Real),
        (0.0..1e-300_f64).prop_map(ExprKind::Real),
        any::<bool>().prop_map(ExprKind::Boolean),
        "[a-z '#]{0,5}".prop_map(ExprKind::Text),
        name.prop_map(ExprKind::Name),
    ]
    .prop_map(node)
}

const OPERATORS: [Binary; 15] = [
    Binary::Add,
    Binary::Subtract,
    Binary::Multiply,
    Binary::Divide,
    Binary::FloorDivide,
    Binary::Modulo,
    Binary::Power,
    Binary::Less,
    Binary::LessEqual,
    Binary::Greater,
    Binary::GreaterEqual,
    Binary::Equal,
    Binary::NotEqual,
    Binary::And,
    Binary::Or,
];

fn trees() -> impl Strategy<Value = Expr> {
    leaves().prop_recursive(8, 60, 3, |inner| {
        let unary = prop_oneof![Just(Unary::Negate), Just(Unary::Not)];
        let binary = proptest::sample::select(OPERATORS.to_vec());
        prop_oneof![
            (unary, inner.clone()).prop_map(|(u, a)| node(ExprKind::Unary(u, Box::new(a)))),
            (binary, inner.clone(), inner.clone()).prop_map(|(b, l, r)| node(ExprKind::Binary(
                b,
                Box::new(l),
                Box::new(r)
            ))),
            ("[a-z]{3,6}_", prop::collection::vec(inner, 0..4)).prop_map(|(n, a)| node(ExprKind::Call(n, a))),
        ]
    })
}

proptest! {
    #[test]
    fn parsing_what_was_printed_gives_the_same_tree(tree in trees()) {
        let text = print::expression(&tree);
        let parsed = parser::expression(&text, ID);
        prop_assert!(parsed.is_ok(), "{text}: {parsed:?}");
        prop_assert_eq!(bare(&parsed.expect("checked")), tree, "{}", text);
    }
}
