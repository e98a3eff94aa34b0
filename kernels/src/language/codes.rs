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
    CHARACTER = "E0101": "a character that has no place in equations";
    NUMBER = "E0102": "a number that is badly written, or outside of the range of its kind";
    QUOTE = "E0103": "a quoted text that is not closed on its line";
    OPERAND = "E0104": "a value was expected and something else stands there";
    OPERATOR = "E0105": "two values without an operator between them";
    BRACKET = "E0106": "a bracket without its partner";
    CHAIN = "E0107": "a chain of comparisons such as a < b < c";
    EQUALS = "E0108": "`=` inside an expression, where `==` compares";
    FOREIGN = "E0109": "an operator of another language";
    MEMBER = "E0110": "access to a member: a.b";
    INDEX = "E0111": "indexing with square brackets";
    KEYWORD_ARGUMENT = "E0112": "a keyword argument: f(x=1)";
    TOO_LARGE = "E0113": "a text or an expression beyond the limits of size or depth";
    EMPTY = "E0114": "an expression is missing altogether";
    HEAD = "E0115": "a line of equations that begins like none of the three forms";
    COLON = "E0116": "the `:` and the unit are missing behind an equation";
    UNIT = "E0117": "the unit behind the `:` is not one";
    PREFIXED_UNIT = "E0118": "the unit behind the `:` is not a base unit";
    FLAG = "E0119": "a flag that does not exist, stands twice, or stands outside of brackets";
    LINE_END = "E0120": "something stands behind the end of an equation or a statement";
    STATEMENT = "E0121": "a statement that sets nothing";
    SLICE = "E0122": "a part of a group that is not written as its name, with bounds or one number in square brackets";
    WORD = "E0123": "a word that means something in Python and nothing here";
    GENERATOR = "E0124": "a generator of connections that is badly formed";

    BAD_NAME = "E0201": "a name that is too long or badly formed";
    RESERVED_NAME = "E0202": "a definition with a name that has a meaning already";
    DUPLICATE = "E0203": "a second definition of the same name";
    UNKNOWN_NAME = "E0204": "a name that is not defined";
    UNKNOWN_FUNCTION = "E0205": "a function that does not exist";
    FUNCTION_AS_VALUE = "E0206": "a function used like a variable";
    VALUE_AS_FUNCTION = "E0207": "a variable, unit or constant used like a function";
    ARITY = "E0208": "a function called with the wrong number of arguments";
    READ_ONLY = "E0209": "a statement sets something that cannot be set here";
    CYCLE = "E0210": "subexpressions that depend on each other in a circle";
    FLAG_PLACE = "E0211": "a flag that does not belong to this kind of equation, or not here";
    UNUSED = "E0212": "a statement sets a new name whose value is never used: most likely a misspelled variable";

    OPERANDS = "E0301": "operands of + - % with different dimensions";
    COMPARED = "E0302": "a comparison of different dimensions";
    ARGUMENT = "E0303": "an argument of the wrong dimension";
    RESULT = "E0304": "an expression whose dimension is not the one needed";
    ASSIGNED = "E0305": "a statement whose right-hand side has not the dimension of its target";
    POWER = "E0306": "a power whose dimension cannot be known, or is absurd";
    FLOOR_DIVISION = "E0307": "`//` of quantities with dimensions";

    BOOLEAN_ARITHMETIC = "E0401": "arithmetic with a condition";
    NOT_BOOLEAN = "E0402": "a number where a condition is needed";
    ASSIGNED_KIND = "E0403": "a value of the wrong kind for its target";
    COMPARED_KINDS = "E0404": "a comparison between kinds that cannot be compared";
    TEXT = "E0405": "a text where a number or a condition is needed";
    REAL_ONLY = "E0406": "a differential equation for something that is not a real number";
    ARGUMENT_KIND = "E0407": "an argument of the wrong kind";
    RESULT_KIND = "E0408": "a value that is not of the kind needed";

    OVERFLOW = "E0501": "an integer outside of 64 bits";
    ZERO_DIVISION = "E0502": "`//` or `%` by zero";
    NOT_INTEGER = "E0503": "int() of something no integer can hold";
    RANDOM = "E0504": "a random number in a value that is computed once per point";
}
