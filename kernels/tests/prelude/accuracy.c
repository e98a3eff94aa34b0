/* Prints "function max_ulp" (and where, on the other stream) for each function of one argument, and for pow; the reference is quadruple
 * precision. A wrong special value counts as 1e9 ulp. */
#include "prelude.inc"
#include "sampling.h"
#include <quadmath.h>
#include <stdio.h>

#define COUNT 20000

typedef double (*function_t)(double);
typedef __float128 (*reference_t)(__float128);

static double ulps(double got, __float128 want) {
    double rounded = (double)want;
    if (isnanq(want) || __builtin_isnan(got)) return isnanq(want) && __builtin_isnan(got) ? 0.0 : 1e9;
    if (__builtin_isinf(rounded) || __builtin_isinf(got)) {
        int near_end = fabsq(want) > 0x1.fffffffffffffp1023Q;
        return rounded == got || (near_end && __builtin_isinf(got)) ? 0.0 : 1e9;
    }
    if (__builtin_fabs(rounded) < 0x1p-1022) return __builtin_fabs(got) <= 0x1p-1022 ? 0.0 : 1e9;
    return (double)(fabsq((__float128)got - want) / ldexpq(1, __builtin_ilogb(rounded) - 52));
}

static __float128 exprelq(__float128 x) {
    if (x == 0) return 1;
    return isinfq(x) ? (x > 0 ? x : 0) : expm1q(x) / x;
}

static __float128 inverse_exprelq(__float128 x) {
    if (x == 0) return 1;
    return isinfq(x) ? (x > 0 ? 0 : -x) : x / expm1q(x);
}

struct worst {
    double error, at;
};

static void report(const char *name, struct worst worst) {
    printf("%s %.4f\n", name, worst.error);
    fprintf(stderr, "%s: %.4f ulp at %a\n", name, worst.error, worst.at);
}

static void check(struct worst *worst, function_t f, reference_t reference, double x) {
    double error = ulps(f(x), reference(x));
    if (error > worst->error) *worst = (struct worst){error, x};
}

/* limits: pairs (low, high) of ranges, sampled at random and on an even grid with both ends. */
static void measure(const char *name, function_t f, reference_t reference, const double (*limits)[2], int ranges) {
    struct worst worst = {0.0, 0.0};
    for (int r = 0; r < ranges; r++) {
        double low = limits[r][0], high = limits[r][1];
        for (int i = 0; i < COUNT; i++) {
            check(&worst, f, reference, between(low, high));
            check(&worst, f, reference, low + (high - low) * ((double)i / (COUNT - 1)));
        }
    }
    for (int i = 0; i < COUNT; i++) {
        double x = any_double();
        if (f == ss_sin || f == ss_cos || f == ss_tan) x = __builtin_fmod(x, 1e8);
        check(&worst, f, reference, x);
    }
    report(name, worst);
}

#define MEASURE(name, reference, ...)                                                                                  \
    {                                                                                                                  \
        const double limits[][2] = {__VA_ARGS__};                                                                      \
        measure(#name, ss_##name, reference, limits, sizeof limits / sizeof limits[0]);                                \
    }
#define RANGE(low, high) {low, high}

static double pow_base(int kind) {
    switch (kind) {
    case 0: return between(0.0, 4.0);
    case 1: return __builtin_fabs(any_double());
    case 2: return 1.0 + between(-5e-4, 5e-4);
    case 5: return between(0.5, 1.5);
    default: return any_double();
    }
}

static double pow_power(int kind, double x) {
    switch (kind) {
    case 0: return between(-20.0, 20.0);
    case 1: return between(-710.0, 710.0) / __builtin_log(x);
    case 2: return between(-1e6, 1e6);
    case 3: return __builtin_floor(between(-10.0, 10.0));
    case 5: return between(-746.0, 746.0) / __builtin_log(x);
    default: return any_double();
    }
}

static void measure_pow(void) {
    struct worst worst = {0.0, 0.0};
    for (int i = 0; i < 8 * COUNT; i++) {
        double x = pow_base(i % 6), y = pow_power(i % 6, x);
        double error = ulps(ss_pow(x, y), powq(x, y));
        if (error > worst.error) worst = (struct worst){error, x};
    }
    report("pow", worst);
}

int main(void) {
    MEASURE(exp, expq, RANGE(-1, 1), RANGE(-746, 711), RANGE(709.78, 709.79), RANGE(-708.4, -708.39))
    MEASURE(expm1, expm1q, RANGE(-1, 1), RANGE(-40, 40), RANGE(-746, 711), RANGE(36, 39))
    MEASURE(exprel, exprelq, RANGE(-1, 1), RANGE(-4, 4), RANGE(-45, 45), RANGE(36, 39), RANGE(700, 717),
            RANGE(-1e-3, 1e-3), RANGE(-1e306, 1e306), RANGE(716.35689, 716.3569))
    MEASURE(inverse_exprel, inverse_exprelq, RANGE(-1, 1), RANGE(-4, 4), RANGE(-45, 45), RANGE(36, 39), RANGE(690, 716),
            RANGE(-1e-3, 1e-3), RANGE(-1e306, 0))
    MEASURE(log, logq, RANGE(0, 2), RANGE(0.5, 1.5), RANGE(0.999, 1.001), RANGE(0, 1e300))
    MEASURE(log1p, log1pq, RANGE(-1, 1), RANGE(-1e-3, 1e-3), RANGE(-2, 10), RANGE(0, 1e17))
    MEASURE(log10, log10q, RANGE(0, 2), RANGE(0.5, 1.5), RANGE(0.999, 1.001), RANGE(0, 1e300))
    MEASURE(sqrt, sqrtq, RANGE(0, 2), RANGE(-1, 1), RANGE(0, 1e300))
    MEASURE(sin, sinq, RANGE(-1, 1), RANGE(-10, 10), RANGE(-1e8, 1e8), RANGE(-0x1p47, 0x1p47))
    MEASURE(cos, cosq, RANGE(-1, 1), RANGE(-10, 10), RANGE(-1e8, 1e8), RANGE(-0x1p47, 0x1p47))
    MEASURE(tan, tanq, RANGE(-1, 1), RANGE(-10, 10), RANGE(-1e8, 1e8), RANGE(-0x1p47, 0x1p47))
    MEASURE(sinh, sinhq, RANGE(-1, 1), RANGE(-40, 40), RANGE(-711, 711), RANGE(710.47, 710.48))
    MEASURE(cosh, coshq, RANGE(-1, 1), RANGE(-40, 40), RANGE(-711, 711), RANGE(710.47, 710.48))
    MEASURE(tanh, tanhq, RANGE(-1, 1), RANGE(-25, 25), RANGE(-0.1, 0.1))
    MEASURE(arcsin, asinq, RANGE(-1, 1), RANGE(0.49, 0.51), RANGE(0.999, 1.001))
    MEASURE(arccos, acosq, RANGE(-1, 1), RANGE(0.49, 0.51), RANGE(-0.51, -0.49), RANGE(0.999, 1.001))
    MEASURE(arctan, atanq, RANGE(-1, 1), RANGE(-4, 4), RANGE(-1e9, 1e9))
    measure_pow();
    return 0;
}
