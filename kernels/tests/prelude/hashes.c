/* Prints "function hash" lines over fixed arguments, to be compared between compilations. NaNs count as equal, and so do
 * results below 2^-1022, so that the hashes also agree with flush-to-zero on (argument "flush"). */
#include "prelude.inc"
#include "sampling.h"
#include <stdio.h>

#define COUNT 6000

static double x[COUNT], y[COUNT], z[COUNT];

static uint64_t mix(uint64_t hash, uint64_t bits) { return (hash ^ bits) * 0x100000001B3u; }

static void print_hash(const char *name) {
    uint64_t hash = 0xCBF29CE484222325u;
    for (int i = 0; i < COUNT; i++) {
        uint64_t bits = ss_bits(z[i]);
        uint64_t exponent = bits >> 52 & 2047;
        if (exponent == 0) bits = 0;
        if (exponent == 2047 && bits << 12 != 0) bits = 2047;
        hash = mix(hash, bits);
    }
    printf("%s %016llx\n", name, (unsigned long long)hash);
}

#define HASH1(f)                                                                                                       \
    for (int i = 0; i < COUNT; i++) z[i] = ss_##f(x[i]);                                                               \
    print_hash(#f);
#define HASH2(f)                                                                                                       \
    for (int i = 0; i < COUNT; i++) z[i] = ss_##f(x[i], y[i]);                                                         \
    print_hash(#f);
#define HASH_INT(f)                                                                                                    \
    for (int i = 0; i < COUNT; i++) z[i] = ss_##f(ss_int(x[i] * 1000.0), ss_int(y[i] * 10.0));                         \
    print_hash(#f);
#define HASH_RANDOM(f)                                                                                                 \
    for (int i = 0; i < COUNT; i++) z[i] = ss_##f(0x0123456789ABCDEFu, 77, (uint64_t)i);                               \
    print_hash(#f);

static void elementary(void) {
    HASH1(exp) HASH1(expm1) HASH1(exprel) HASH1(log) HASH1(log1p) HASH1(log10) HASH1(sqrt)
    HASH1(sin) HASH1(cos) HASH1(tan) HASH1(sinh) HASH1(cosh) HASH1(tanh) HASH1(arcsin) HASH1(arccos) HASH1(arctan)
    HASH1(floor) HASH1(ceil) HASH1(abs) HASH1(sign) HASH1(int)
    HASH2(pow) HASH2(mod) HASH2(floordiv) HASH_INT(imod) HASH_INT(ifloordiv)
    for (int i = 0; i < COUNT; i++) z[i] = (double)ss_timestep(x[i], 1e-4);
    print_hash("timestep");
}

static void drawn(void) {
    HASH_RANDOM(uniform)
    HASH_RANDOM(normal)
    for (int i = 0; i < COUNT; i += 100) {
        double chunk[2 * SS_PAIRS];
        ss_normals(0x0123456789ABCDEFu, 77, (uint64_t)i, 100, chunk);
        for (int k = 0; k < 100; k++) z[i + k] = chunk[k];
    }
    print_hash("normals");
    for (int i = 0; i < COUNT; i++) z[i] = (double)ss_geometric(1, 2, (uint64_t)i, 1e-3);
    print_hash("geometric");
    for (int i = 0; i < COUNT; i++) z[i] = (double)ss_poisson(1, 2, (uint64_t)i, 0.01 * i);
    print_hash("poisson");
    for (int i = 0; i < COUNT; i++) z[i] = (double)ss_binomial(1, 2, (uint64_t)i, 1000.0, 1e-4 * (i % 5000));
    print_hash("binomial");
    for (int i = 0; i < COUNT; i++) z[i] = ss_exponential(1, 2, (uint64_t)i, 0.01 * i);
    print_hash("exponential");
    for (int i = 0; i < COUNT; i++) z[i] = ss_gamma(1, 2, (uint64_t)i, 0.2 + 0.001 * i, 2.0);
    print_hash("gamma");
}

static void matrices(void) {
    static double work[SS_EXPM_WORK(64)];
    for (int i = 0; i < COUNT; i++) z[i] = between(-0.3, 0.3);
    const int sizes[] = {1, 2, 3, 5, 20, 64};
    const double *const end = z + COUNT;
    double *a = z;
    for (int i = 0; i < 6 && a + sizes[i] * sizes[i] <= end; i++) {
        ss_expm(sizes[i], a, a, work);
        a += sizes[i] * sizes[i];
    }
    print_hash("expm");
}

/* Eight of Van der Pol's oscillators in steps that need several inner ones, differently many each. */
static void adaptive(void) {
    double y[2 * SS_WIDE], last[SS_WIDE] = {0}, trials[SS_WIDE], relative[SS_WIDE], absolute[2 * SS_WIDE];
    double at[2 * SS_WIDE], k[14 * SS_WIDE], ratio[2 * SS_WIDE];
    for (int w = 0; w < SS_WIDE; w++) {
        y[w] = 2.0 - 0.25 * w, y[SS_WIDE + w] = 0.125 * w;
        absolute[w] = absolute[SS_WIDE + w] = relative[w] = 1e-6;
        trials[w] = 1e3;
    }
    for (int i = 0; i < COUNT; i += SS_WIDE) {
        ss_rk45 inner;
        for (int j = 0; j < 2 * SS_WIDE; j++) at[j] = y[j];
        ss_rk45_begin(&inner, 2, SS_WIDE, 0.25, last, trials, y, at, k);
        do {
            double *const rates = k + 2 * SS_WIDE * inner.stage;
            for (int w = 0; w < SS_WIDE; w++) {
                rates[w] = at[SS_WIDE + w];
                rates[SS_WIDE + w] = (1.0 + w) * (1.0 - at[w] * at[w]) * at[SS_WIDE + w] - at[w];
            }
        } while (ss_rk45_next(&inner, 2, y, at, k, ratio, absolute, relative));
        for (int w = 0; w < SS_WIDE; w++) {
            last[w] = inner.next[w];
            if (i + w < COUNT) z[i + w] = y[w];
        }
    }
    print_hash("rk45");
}

int main(int count, char **arguments) {
    (void)arguments;
    uint64_t saved = ss_flush_to_zero();
    if (count < 2) ss_restore(saved);
    for (int i = 0; i < COUNT; i++) {
        x[i] = i % 3 == 0 ? any_double() : i % 3 == 1 ? between(-40.0, 40.0) : between(-1.0, 1.0);
        y[i] = i % 2 == 0 ? any_double() : between(-30.0, 30.0);
    }
    elementary();
    drawn();
    matrices();
    adaptive();
    ss_restore(saved);
    return 0;
}
