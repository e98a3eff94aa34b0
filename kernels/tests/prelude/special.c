/* Prints a line for every special value that is wrong; nothing when all are right. */
#include "prelude.inc"
#include <stdio.h>

#define INF SS_INFINITY
#define NAN SS_NAN

/* Equal, both NaN; zeros must have the same sign. */
static void expect(const char *what, double got, double want) {
    int same = got == want && !__builtin_signbit(got) == !__builtin_signbit(want);
    if (!same && !(__builtin_isnan(got) && __builtin_isnan(want))) printf("%s = %g, want %g\n", what, got, want);
}

static void expect_integer(const char *what, int64_t got, int64_t want) {
    if (got != want) printf("%s = %lld, want %lld\n", what, (long long)got, (long long)want);
}

/* `volatile` keeps the compiler from evaluating at compile time. */
#define CALL1(f, x, want)                                                                                              \
    {                                                                                                                  \
        volatile double a_ = x;                                                                                        \
        expect(#f "(" #x ")", ss_##f(a_), want);                                                                       \
    }
#define CALL2(f, x, y, want)                                                                                           \
    {                                                                                                                  \
        volatile double a_ = x, b_ = y;                                                                                \
        expect(#f "(" #x ", " #y ")", ss_##f(a_, b_), want);                                                           \
    }
#define INTEGER1(f, x, want)                                                                                           \
    {                                                                                                                  \
        volatile double a_ = x;                                                                                        \
        expect_integer(#f "(" #x ")", ss_##f(a_), want);                                                               \
    }

static void exponentials(void) {
    CALL1(exp, 0.0, 1.0) CALL1(exp, -0.0, 1.0) CALL1(exp, INF, INF) CALL1(exp, -INF, 0.0) CALL1(exp, NAN, NAN)
    CALL1(exp, 1e300, INF) CALL1(exp, -1e300, 0.0) CALL1(exp, 709.783, INF) CALL1(exp, -746.0, 0.0)
    CALL1(exp, 1e-320, 1.0)
    CALL1(expm1, 0.0, 0.0) CALL1(expm1, -0.0, -0.0) CALL1(expm1, INF, INF) CALL1(expm1, -INF, -1.0)
    CALL1(expm1, NAN, NAN) CALL1(expm1, 709.783, INF) CALL1(expm1, -50.0, -1.0) CALL1(expm1, 1e-300, 1e-300)
    CALL1(inverse_exprel, 0.0, 1.0) CALL1(inverse_exprel, -0.0, 1.0) CALL1(inverse_exprel, INF, 0.0)
    CALL1(inverse_exprel, NAN, NAN) CALL1(inverse_exprel, -1e300, 1e300) CALL1(inverse_exprel, -INF, INF)
    CALL1(inverse_exprel, 800.0, 0.0) CALL1(inverse_exprel, 1e-300, 1.0)
    CALL1(exprel, 0.0, 1.0) CALL1(exprel, -0.0, 1.0) CALL1(exprel, INF, INF) CALL1(exprel, NAN, NAN)
    CALL1(exprel, 717.0, INF) CALL1(exprel, 1e300, INF) CALL1(exprel, -1e300, 1e-300) CALL1(exprel, 1e-300, 1.0)
    CALL1(exprel, -1e-310, 1.0) CALL1(exprel, -0x1p60, 0x1p-60)
    volatile double minus_infinity = -INF;
    if (!(ss_exprel(minus_infinity) < 0x1p-1022)) printf("exprel(-inf) is not small\n");
    CALL1(sinh, -0.0, -0.0) CALL1(sinh, INF, INF) CALL1(sinh, -INF, -INF) CALL1(sinh, NAN, NAN)
    CALL1(sinh, 711.0, INF) CALL1(cosh, 0.0, 1.0) CALL1(cosh, -INF, INF) CALL1(cosh, NAN, NAN) CALL1(cosh, -711.0, INF)
    CALL1(tanh, -0.0, -0.0) CALL1(tanh, INF, 1.0) CALL1(tanh, -INF, -1.0) CALL1(tanh, NAN, NAN) CALL1(tanh, 30.0, 1.0)
}

static void logarithms(void) {
    CALL1(log, 1.0, 0.0) CALL1(log, 0.0, -INF) CALL1(log, -0.0, -INF) CALL1(log, INF, INF) CALL1(log, -1.0, NAN)
    CALL1(log, -INF, NAN) CALL1(log, NAN, NAN) CALL1(log, 1e-310, -INF) CALL1(log, -1e300, NAN)
    CALL1(log10, 1.0, 0.0) CALL1(log10, 0.0, -INF) CALL1(log10, INF, INF) CALL1(log10, -1.0, NAN) CALL1(log10, NAN, NAN)
    CALL1(log10, 1e22, 22.0) CALL1(log10, 1000.0, 3.0) CALL1(log10, 1e-5, -5.0)
    CALL1(log1p, 0.0, 0.0) CALL1(log1p, -0.0, -0.0) CALL1(log1p, -1.0, -INF) CALL1(log1p, INF, INF)
    CALL1(log1p, -2.0, NAN) CALL1(log1p, -INF, NAN) CALL1(log1p, NAN, NAN) CALL1(log1p, 1e-300, 1e-300)
    CALL1(sqrt, -0.0, -0.0) CALL1(sqrt, 2.25, 1.5) CALL1(sqrt, -1.0, NAN) CALL1(sqrt, INF, INF) CALL1(sqrt, NAN, NAN)
}

static void powers(void) {
    CALL2(pow, NAN, 0.0, 1.0) CALL2(pow, 0.0, 0.0, 1.0) CALL2(pow, INF, -0.0, 1.0) CALL2(pow, 1.0, NAN, 1.0)
    CALL2(pow, 1.0, INF, 1.0) CALL2(pow, -1.0, INF, 1.0) CALL2(pow, -1.0, -INF, 1.0) CALL2(pow, NAN, 1.0, NAN)
    CALL2(pow, 2.0, NAN, NAN) CALL2(pow, -1.0, NAN, NAN) CALL2(pow, -1.0, 0.5, NAN) CALL2(pow, -8.0, 1.0 / 3, NAN)
    CALL2(pow, 0.0, 3.0, 0.0) CALL2(pow, -0.0, 3.0, -0.0) CALL2(pow, -0.0, 2.0, 0.0) CALL2(pow, -0.0, 2.5, 0.0)
    CALL2(pow, 0.0, -3.0, INF) CALL2(pow, -0.0, -3.0, -INF) CALL2(pow, -0.0, -2.0, INF) CALL2(pow, 0.0, -0.5, INF)
    CALL2(pow, INF, 0.5, INF) CALL2(pow, INF, -0.5, 0.0) CALL2(pow, -INF, 3.0, -INF) CALL2(pow, -INF, 2.0, INF)
    CALL2(pow, -INF, -3.0, -0.0) CALL2(pow, -INF, -2.0, 0.0) CALL2(pow, -INF, 0.5, INF) CALL2(pow, -INF, -0.5, 0.0)
    CALL2(pow, 0.5, INF, 0.0) CALL2(pow, 0.5, -INF, INF) CALL2(pow, -0.5, INF, 0.0) CALL2(pow, 2.0, INF, INF)
    CALL2(pow, 2.0, -INF, 0.0) CALL2(pow, -2.0, -INF, 0.0) CALL2(pow, 0.0, INF, 0.0) CALL2(pow, 0.0, -INF, INF)
    CALL2(pow, 2.0, 10.0, 1024.0) CALL2(pow, -2.0, 3.0, -8.0) CALL2(pow, 2.0, 1023.0, 0x1p1023) CALL2(pow, 2.0, 1024.0, INF)
    CALL2(pow, 2.0, -1022.0, 0x1p-1022) CALL2(pow, -2.0, 1025.0, -INF) CALL2(pow, 10.0, 2.0, 100.0)
    CALL2(pow, 3.0, 1.0, 3.0) CALL2(pow, -1.0, 0x1p53, 1.0) CALL2(pow, -1.0, 0x1p53 - 1, -1.0)
    CALL2(pow, -1.0, 0x1p52 + 1, -1.0) CALL2(pow, 2.0, 1e300, INF) CALL2(pow, 2.0, -1e300, 0.0)
    CALL2(pow, 0.5, 1e300, 0.0) CALL2(pow, 1e300, 1e-300, 1.0) CALL2(pow, 1e-310, 1.0, 0.0)
}

static void trigonometry(void) {
    CALL1(sin, -0.0, -0.0) CALL1(sin, INF, NAN) CALL1(sin, NAN, NAN) CALL1(sin, 1e300, NAN) CALL1(cos, 0.0, 1.0)
    CALL1(cos, -INF, NAN) CALL1(cos, NAN, NAN) CALL1(tan, -0.0, -0.0) CALL1(tan, INF, NAN) CALL1(tan, NAN, NAN)
    CALL1(arcsin, -0.0, -0.0) CALL1(arcsin, 1.0, 0x1.921fb54442d18p+0) CALL1(arcsin, 1.5, NAN) CALL1(arcsin, NAN, NAN)
    CALL1(arccos, 1.0, 0.0) CALL1(arccos, -1.0, 0x1.921fb54442d18p+1) CALL1(arccos, 0.0, 0x1.921fb54442d18p+0)
    CALL1(arccos, -1.5, NAN) CALL1(arccos, NAN, NAN) CALL1(arctan, -0.0, -0.0) CALL1(arctan, NAN, NAN)
    CALL1(arctan, INF, 0x1.921fb54442d18p+0) CALL1(arctan, -INF, -0x1.921fb54442d18p+0)
}

static void rounding(void) {
    CALL1(floor, -1.5, -2.0) CALL1(floor, NAN, NAN) CALL1(floor, -INF, -INF) CALL1(ceil, -1.5, -1.0) CALL1(ceil, 1.2, 2.0)
    CALL1(abs, -3.0, 3.0) CALL1(abs, -0.0, 0.0) CALL1(sign, -3.0, -1.0) CALL1(sign, 0.0, 0.0) CALL1(sign, 2.0, 1.0)
    CALL1(sign, NAN, NAN) CALL1(sign, -INF, -1.0)
    expect("clip below", ss_clip(-2.0, -1.0, 1.0), -1.0);
    expect("clip above", ss_clip(2.0, -1.0, 1.0), 1.0);
    expect("clip inside", ss_clip(0.5, -1.0, 1.0), 0.5);
    expect("clip NaN", ss_clip(NAN, -1.0, 1.0), NAN);
    expect("clip with limits swapped", ss_clip(0.0, 1.0, -1.0), 1.0);
    CALL2(mod, 5.5, 2.0, 1.5) CALL2(mod, -5.5, 2.0, 0.5) CALL2(mod, 5.5, -2.0, -0.5) CALL2(mod, -5.5, -2.0, -1.5)
    CALL2(mod, 1.0, 0.1, 0x1.9999999999996p-4) CALL2(mod, -1e-20, 1.0, 1.0) CALL2(mod, 4.0, 2.0, 0.0)
    CALL2(mod, 4.0, -2.0, -0.0) CALL2(mod, 1.0, 0.0, NAN) CALL2(mod, INF, 2.0, NAN) CALL2(mod, NAN, 2.0, NAN)
    CALL2(mod, 5.0, INF, 5.0) CALL2(mod, -5.0, INF, INF) CALL2(mod, 0.3, 0.1, 0x1.9999999999998p-4)
    CALL2(floordiv, 5.5, 2.0, 2.0) CALL2(floordiv, -5.5, 2.0, -3.0) CALL2(floordiv, 1.0, 0.1, 9.0)
    CALL2(floordiv, 1.0, 0.0, INF) CALL2(floordiv, -1.0, 0.0, -INF) CALL2(floordiv, 0.0, 0.0, NAN)
    CALL2(floordiv, 0.3, 0.1, 2.0) CALL2(floordiv, NAN, 1.0, NAN) CALL2(floordiv, 1e300, 3.0, 1e300 / 3)
}

static void integers(void) {
    const int64_t no_number = -2147483648LL, no_step = -0x7fffffffffffffffLL - 1;
    INTEGER1(int, 2.9, 2) INTEGER1(int, -2.9, -2) INTEGER1(int, NAN, no_number) INTEGER1(int, INF, no_number)
    INTEGER1(int, 2147483647.5, 2147483647) INTEGER1(int, 2147483648.0, no_number) INTEGER1(int, -2147483648.5, no_number)
    INTEGER1(int, -1e300, no_number)
    const int32_t values[] = {0, 1, -1, 2, -2, 3, 7, -7, 1000003, -1000003, 2147483647, -2147483647, -2147483647 - 1};
    const int n = sizeof values / sizeof values[0];
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            int64_t x = values[i], y = values[j];
            int64_t rest = y ? x % y : 0, quotient = y ? x / y : 0;
            if (rest != 0 && (rest < 0) != (y < 0)) rest += y, quotient -= 1;
            if (y == 0 || quotient == 2147483648LL) rest = quotient = no_number;
            char what[60];
            snprintf(what, sizeof what, "%lld by %lld", (long long)x, (long long)y);
            expect_integer(what, ss_ifloordiv(values[i], values[j]), quotient);
            expect_integer(what, ss_imod(values[i], values[j]), rest);
        }
    }
    expect_integer("timestep 0.1 s", ss_timestep(0.1, 1e-4), 1000);
    expect_integer("timestep 0.3 s", ss_timestep(0.3, 1e-4), 3000);
    expect_integer("timestep below", ss_timestep(0.29995, 1e-4), 2999);
    expect_integer("timestep negative", ss_timestep(-0.1, 1e-4), -999);
    expect_integer("timestep NaN", ss_timestep(NAN, 1e-4), no_step);
    expect_integer("timestep far", ss_timestep(1e300, 1e-4), no_step);
}

int main(void) {
    exponentials();
    logarithms();
    powers();
    trigonometry();
    rounding();
    integers();
    return 0;
}
