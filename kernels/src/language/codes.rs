//! The stable codes of faults: `E01..` syntax, `E02..` names, `E03..` dimensions, `E04..` kinds, `E05..` values.
//!
//! A code never changes its meaning; new ones are added at the end of their hundred.

macro_rules! codes {
    ($($name:ident = $code:literal: $what:literal;)*) => {
        $(#[doc = $what] pub const $name: &str = $code;)*

        /// Every code with what it means, in order.
        pub const TABLE: &[(&str, &str)] = &[$(($code, $what)),*];
    };
}

codes! {
    CHARACTER = "E0101": "A character that has no place in equations.";
    NUMBER = "E0102": "A number that is badly written, or outside of the range of its kind.";
    QUOTE = "E0103": "A quoted text that is not closed on its line.";
    OPERAND = "E0104": "A value was expected and something else stands there.";
    OPERATOR = "E0105": "Two values without an operator between them.";
    BRACKET = "E0106": "A bracket without its partner.";
    CHAIN = "E0107": "A chain of comparisons such as a < b < c.";
    EQUALS = "E0108": "`=` inside an expression, where `==` compares.";
    FOREIGN = "E0109": "An operator of another language.";
    MEMBER = "E0110": "Access to a member: a.b.";
    INDEX = "E0111": "Indexing with square brackets.";
    KEYWORD_ARGUMENT = "E0112": "A keyword argument: f(x=1).";
    TOO_LARGE = "E0113": "A text or an expression beyond the limits of size or depth.";
    EMPTY = "E0114": "An expression is missing altogether.";
    HEAD = "E0115": "A line of equations that begins like none of the three forms.";
    COLON = "E0116": "The `:` and the unit are missing behind an equation.";
    UNIT = "E0117": "The unit behind the `:` is not one.";
    PREFIXED_UNIT = "E0118": "The unit behind the `:` is not a base unit.";
    FLAG = "E0119": "A flag that does not exist, stands twice, or stands outside of brackets.";
    LINE_END = "E0120": "Something stands behind the end of an equation or a statement.";
    STATEMENT = "E0121": "A statement that sets nothing.";
    SLICE = "E0122": "A part of a group that is not written as its name, with bounds or one number in square brackets.";
    WORD = "E0123": "A word that means something in Python and nothing here.";

    BAD_NAME = "E0201": "A name that is too long or badly formed.";
    RESERVED_NAME = "E0202": "A definition with a name that has a meaning already.";
    DUPLICATE = "E0203": "A second definition of the same name.";
    UNKNOWN_NAME = "E0204": "A name that is not defined.";
    UNKNOWN_FUNCTION = "E0205": "A function that does not exist.";
    FUNCTION_AS_VALUE = "E0206": "A function used like a variable.";
    VALUE_AS_FUNCTION = "E0207": "A variable, unit or constant used like a function.";
    ARITY = "E0208": "A function called with the wrong number of arguments.";
    READ_ONLY = "E0209": "A statement sets something that cannot be set here.";
    CYCLE = "E0210": "Subexpressions that depend on each other in a circle.";
    FLAG_PLACE = "E0211": "A flag that does not belong to this kind of equation, or not here.";
    UNUSED = "E0212": "A statement sets a new name whose value is never used: most likely a misspelled variable.";

    OPERANDS = "E0301": "Operands of + - % with different dimensions.";
    COMPARED = "E0302": "A comparison of different dimensions.";
    ARGUMENT = "E0303": "An argument of the wrong dimension.";
    RESULT = "E0304": "An expression whose dimension is not the one needed.";
    ASSIGNED = "E0305": "A statement whose right-hand side has not the dimension of its target.";
    POWER = "E0306": "A power whose dimension cannot be known, or is absurd.";
    FLOOR_DIVISION = "E0307": "`//` of quantities with dimensions.";

    BOOLEAN_ARITHMETIC = "E0401": "Arithmetic with a condition.";
    NOT_BOOLEAN = "E0402": "A number where a condition is needed.";
    ASSIGNED_KIND = "E0403": "A value of the wrong kind for its target.";
    COMPARED_KINDS = "E0404": "A comparison between kinds that cannot be compared.";
    TEXT = "E0405": "A text where a number or a condition is needed.";
    REAL_ONLY = "E0406": "A differential equation for something that is not a real number.";
    ARGUMENT_KIND = "E0407": "An argument of the wrong kind.";
    RESULT_KIND = "E0408": "A value that is not of the kind needed.";

    OVERFLOW = "E0501": "An integer outside of 64 bits.";
    ZERO_DIVISION = "E0502": "`//` or `%` by zero.";
    NOT_INTEGER = "E0503": "int() of something no integer can hold.";
    RANDOM = "E0504": "A random number in a value that is computed once per point.";
}
