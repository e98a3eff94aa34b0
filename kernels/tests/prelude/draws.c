/* Prints "statistic number" lines for binomial, exponential, gamma and evenly distributed numbers of fixed keys:
 * "z:..." how many standard deviations a statistic is from its expectation (chi-square sums, moments, correlations),
 * "ks:..." sqrt(count) times the Kolmogorov-Smirnov distance, and "limit:..." 0 for what must hold exactly.
 * The laws are computed here with lgammal and a series of our own for the incomplete gamma function. */
#include "prelude.inc"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT 200000
#define KEY 0x0123456789ABCDEFu

static void exactly(const char *what, int holds) { printf("limit:%s %d\n", what, holds ? 0 : 1000); }

/* --- binomial ---------------------------------------------------------------------------------------------------- */

static double binomial_law(double k, double n, double p) {
    long double ways = lgammal(n + 1.0L) - lgammal(k + 1.0L) - lgammal(n - k + 1.0L);
    return (double)expl(ways + k * logl(p) + (n - k) * log1pl(-(long double)p));
}

enum { BINS = 20000 };
static double seen[BINS + 1], expected[BINS + 1];

/* Chi-square over all values, neighbours pooled until 20 are expected; needs n p (1 - p) below about 1e6. */
static void binomial_bins(double n, double p, uint64_t step) {
    double mean = n * p, width = 9.0 * sqrt(mean * (1.0 - p)) + 30.0;
    double from = floor(mean - width), rest = COUNT, sum = 0.0;
    if (from < 0.0) from = 0.0;
    double to = floor(mean + width);
    if (to > n) to = n;
    int bins = (int)(to - from) + 1, used = 0, inside = 1;
    for (int k = 0; k < bins; k++) seen[k] = 0.0;
    for (int i = 0; i < COUNT; i++) {
        double k = (double)ss_binomial(KEY, step, (uint64_t)i, n, p);
        inside &= k >= 0.0 && k <= n;
        k = k < from ? from : k > to ? to : k;
        seen[(int)(k - from)] += 1.0;
    }
    double pooled_seen = 0.0, pooled = 0.0;
    for (int k = 0; k < bins; k++) {
        double law = k < bins - 1 ? COUNT * binomial_law(from + k, n, p) : rest;
        rest -= law;
        pooled += law;
        pooled_seen += seen[k];
        /* What is left joins the last bin. */
        if (pooled >= 20.0 && rest >= 20.0) {
            sum += (pooled_seen - pooled) * (pooled_seen - pooled) / pooled;
            pooled = pooled_seen = 0.0;
            used++;
        }
    }
    sum += (pooled_seen - pooled) * (pooled_seen - pooled) / pooled;
    used++;
    if (used > 1) printf("z:binomial(%g, %g):bins %g\n", n, p, (sum - (used - 1)) / sqrt(2.0 * (used - 1)));
    char what[80];
    snprintf(what, sizeof what, "binomial(%g, %g) in 0 ... n", n, p);
    exactly(what, inside);
}

/* Mean and variance, for any size. */
static void binomial_moments(double n, double p, uint64_t step) {
    double variance = n * p * (1.0 - p), sum = 0.0, squares = 0.0;
    double kurtosis = 3.0 + (1.0 - 6.0 * p * (1.0 - p)) / variance;
    for (int i = 0; i < COUNT; i++) {
        double x = ((double)ss_binomial(KEY, step, (uint64_t)i, n, p) - n * p) / sqrt(variance);
        sum += x;
        squares += x * x - 1.0;
    }
    printf("z:binomial(%g, %g):mean %g\n", n, p, sum / sqrt(COUNT));
    /* A fair coin has no variance but its own. */
    if (kurtosis > 1.0 + 1e-9)
        printf("z:binomial(%g, %g):variance %g\n", n, p, squares / sqrt((kurtosis - 1.0) * COUNT));
}

static void binomial(void) {
    static const double laws[][2] = {
        {1, 0.5}, {1, 0.001}, {1, 0.999}, {2, 0.3}, {5, 0.9}, {10, 0.5}, {19, 0.5}, {20, 0.5}, {21, 0.5}, {22, 0.5},
        {30, 0.33}, {30, 0.34}, {80, 0.0021}, {100, 0.0999}, {100, 0.1}, {100, 0.1001}, {100, 0.9}, {100, 0.99},
        {1000, 0.001}, {1000, 0.002}, {1000, 0.00999}, {1000, 0.01}, {1000, 0.0101}, {1000, 0.5}, {1000, 0.995},
        {20000, 0.0005}, {20000, 0.00051}, {30000, 0.0009}, {1e5, 1e-5}, {1e6, 1e-5}, {1e6, 1.1e-5}, {1e6, 0.25},
        {1e9, 1e-8}, {1e9, 1.2e-8}, {1e12, 1e-12}, {1e12, 5e-11}, {200, 0.05}, {45, 0.4}, {60, 0.25}, {12, 0.97},
    };
    for (uint64_t k = 0; k < sizeof laws / sizeof laws[0]; k++) {
        binomial_bins(laws[k][0], laws[k][1], 100 + k);
        binomial_moments(laws[k][0], laws[k][1], 300 + k);
    }
    static const double large[][2] = {{1e9, 0.5}, {2147483647, 0.3}, {1e12, 0.5}, {1e12, 0.999}, {0x1p40, 1e-3}};
    for (uint64_t k = 0; k < sizeof large / sizeof large[0]; k++) binomial_moments(large[k][0], large[k][1], 400 + k);
    const int64_t refused = -0x7fffffffffffffff - 1;
    exactly("binomial(n, 0)", ss_binomial(1, 2, 3, 1000, 0.0) == 0 && ss_binomial(1, 2, 3, 1000, -0.0) == 0);
    exactly("binomial(n, 1)", ss_binomial(1, 2, 3, 1000, 1.0) == 1000 && ss_binomial(1, 2, 3, 0x1p40, 1.0) == 1ll << 40);
    exactly("binomial(0, p)", ss_binomial(1, 2, 3, 0.0, 0.5) == 0 && ss_binomial(1, 2, 3, 0.0, 1.0) == 0);
    exactly("binomial(n, tiny)", ss_binomial(1, 2, 3, 1e9, 1e-300) == 0);
    exactly("n within rounding", ss_binomial(1, 2, 3, 0.7 * 10, 1.0) == 7 && ss_binomial(1, 2, 3, 0.1 * 3 * 10, 1.0) == 3);
    exactly("binomial(-1, p)", ss_binomial(1, 2, 3, -1.0, 0.5) == refused);
    exactly("binomial(2.5, p)", ss_binomial(1, 2, 3, 2.5, 0.5) == refused);
    exactly("binomial(2^41, p)", ss_binomial(1, 2, 3, 0x1p41, 0.5) == refused);
    exactly("binomial(n, p < 0)", ss_binomial(1, 2, 3, 10, -1e-9) == refused);
    exactly("binomial(n, p > 1)", ss_binomial(1, 2, 3, 10, 1.000001) == refused);
    exactly("binomial(NaN)", ss_binomial(1, 2, 3, SS_NAN, 0.5) == refused && ss_binomial(1, 2, 3, 10, SS_NAN) == refused);
    exactly("count32", ss_count32(refused) == -0x7fffffff - 1 && ss_count32(1ll << 31) == -0x7fffffff - 1 &&
                           ss_count32(0x7fffffff) == 0x7fffffff && ss_count32(0) == 0);
}

/* --- real numbers ------------------------------------------------------------------------------------------------ */

static double drawn[COUNT];

static int rising(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The regularised lower incomplete gamma function: series below a + 1, continued fraction (Lentz) above. */
static double gamma_law(double x, double a) {
    if (x <= 0.0) return 0.0;
    long double scale = expl(a * logl(x) - x - lgammal(a));
    if (x < a + 1.0) {
        long double term = 1.0L / a, sum = term;
        for (long double n = a + 1.0L; term > sum * 1e-20L; n += 1.0L) sum += term *= x / n;
        return (double)(sum * scale);
    }
    long double b = x + 1.0L - a, c = 1e300L, d = 1.0L / b, h = d;
    for (int i = 1; i < 100000; i++) {
        long double an = -i * (i - (long double)a);
        b += 2.0L;
        d = 1.0L / (an * d + b);
        c = b + an / c;
        h *= c * d;
        if (fabsl(c * d - 1.0L) < 1e-19L) break;
    }
    return (double)(1.0L - scale * h);
}

static double exponential_law(double x, double mean) { return -expm1(-x / mean); }
static double even_law(double x, double width) { return (x - 3.0) / width; }
static double turned_law(double x, double width) { return (x - 3.0 - width) / -width; }

/* Distance of the sample from its law; correlation of neighbours, by their places in the law. */
static void kolmogorov(const char *name, double parameter, double (*law)(double, double)) {
    double distance = 0.0, neighbours = 0.0;
    for (int i = 0; i + 1 < COUNT; i++)
        neighbours += (law(drawn[i], parameter) - 0.5) * (law(drawn[i + 1], parameter) - 0.5);
    qsort(drawn, COUNT, sizeof drawn[0], rising);
    for (int i = 0; i < COUNT; i++) {
        double below = law(drawn[i], parameter);
        double above = fabs((i + 1.0) / COUNT - below), under = fabs(below - (double)i / COUNT);
        distance = fmax(distance, fmax(above, under));
    }
    printf("ks:%s(%g) %g\n", name, parameter, distance * sqrt(COUNT));
    printf("z:%s(%g):neighbours %g\n", name, parameter, neighbours / sqrt(COUNT / 144.0));
}

static void continuous(void) {
    const double means[] = {1.0, 0.003, 7e5};
    for (uint64_t k = 0; k < 3; k++) {
        for (int i = 0; i < COUNT; i++) drawn[i] = ss_exponential(KEY, 500 + k, (uint64_t)i, means[k]);
        kolmogorov("exponential", means[k], exponential_law);
    }
    /* Below 0.01 many results are smaller than any double. */
    const double shapes[] = {0.02, 0.1, 0.5, 0.999, 1.0, 1.5, 2.0, 7.3, 100.0, 12345.0};
    for (uint64_t k = 0; k < 10; k++) {
        for (int i = 0; i < COUNT; i++) drawn[i] = ss_gamma(KEY, 600 + k, (uint64_t)i, shapes[k], 1.0);
        kolmogorov("gamma", shapes[k], gamma_law);
    }
    for (int i = 0; i < COUNT; i++) drawn[i] = ss_uniform_between(KEY, 700, (uint64_t)i, 3.0, 8.0);
    kolmogorov("uniform", 5.0, even_law);
    for (int i = 0; i < COUNT; i++) drawn[i] = ss_uniform_between(KEY, 701, (uint64_t)i, 3.0, -1.0);
    kolmogorov("uniform", -4.0, turned_law);
    exactly("gamma scales", ss_gamma(1, 2, 3, 2.5, 4.0) == 4.0 * ss_gamma(1, 2, 3, 2.5, 1.0));
    exactly("exponential scales", ss_exponential(1, 2, 3, 4.0) == 4.0 * ss_exponential(1, 2, 3, 1.0));
    exactly("exponential(0)", ss_exponential(1, 2, 3, 0.0) == 0.0);
    exactly("exponential(-1)", isnan(ss_exponential(1, 2, 3, -1.0)) && isnan(ss_exponential(1, 2, 3, SS_NAN)));
    exactly("gamma(a, 0)", ss_gamma(1, 2, 3, 2.0, 0.0) == 0.0);
    exactly("gamma(0, 1)", isnan(ss_gamma(1, 2, 3, 0.0, 1.0)) && isnan(ss_gamma(1, 2, 3, -1.0, 1.0)));
    exactly("gamma(a, -1)", isnan(ss_gamma(1, 2, 3, 1.0, -1.0)) && isnan(ss_gamma(1, 2, 3, SS_NAN, 1.0)));
    exactly("gamma(inf)", isnan(ss_gamma(1, 2, 3, SS_INFINITY, 1.0)) && isnan(ss_gamma(1, 2, 3, 1.0, SS_NAN)));
    exactly("uniform(a, a)", ss_uniform_between(1, 2, 3, 5.0, 5.0) == 5.0);
}

/* --- streams ----------------------------------------------------------------------------------------------------- */

/* Correlation of draws with those of the next element, the next step and another key. */
static void correlation(const char *name, double (*draw)(uint64_t, uint64_t, uint64_t), double mean, double variance) {
    double element = 0.0, step = 0.0, key = 0.0;
    for (uint64_t i = 0; i < COUNT; i++) {
        double x = draw(KEY, 9, i) - mean;
        element += x * (draw(KEY, 9, i + 1) - mean);
        step += x * (draw(KEY, 10, i) - mean);
        key += x * (draw(KEY + 1, 9, i) - mean);
    }
    double scale = variance * sqrt(COUNT);
    printf("z:%s:next_element %g\nz:%s:next_step %g\nz:%s:next_key %g\n", name, element / scale, name, step / scale,
           name, key / scale);
}

static double few(uint64_t k, uint64_t s, uint64_t e) { return (double)ss_binomial(k, s, e, 1000, 0.002); }
static double many(uint64_t k, uint64_t s, uint64_t e) { return (double)ss_binomial(k, s, e, 1000, 0.3); }
static double events(uint64_t k, uint64_t s, uint64_t e) { return (double)ss_poisson(k, s, e, 2.0); }
static double hits(uint64_t k, uint64_t s, uint64_t e) { return (double)ss_poisson(k, s, e, 40.0); }
static double waits(uint64_t k, uint64_t s, uint64_t e) { return ss_exponential(k, s, e, 1.0); }
static double sums(uint64_t k, uint64_t s, uint64_t e) { return ss_gamma(k, s, e, 2.5, 1.0); }
static double small_sums(uint64_t k, uint64_t s, uint64_t e) { return ss_gamma(k, s, e, 0.5, 1.0); }

int main(void) {
    binomial();
    continuous();
    correlation("binomial small", few, 2.0, 2.0 * 0.998);
    correlation("binomial large", many, 300.0, 210.0);
    correlation("poisson small", events, 2.0, 2.0);
    correlation("poisson large", hits, 40.0, 40.0);
    correlation("exponential", waits, 1.0, 1.0);
    correlation("gamma", sums, 2.5, 2.5);
    correlation("gamma small", small_sums, 0.5, 0.5);
    return 0;
}
