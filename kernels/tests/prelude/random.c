/* Prints "statistic z" lines: how many standard deviations each statistic of a fixed sample is from its expectation; and
 * "limit" lines with 0 for what must hold exactly. */
#include "prelude.inc"
#include <math.h>
#include <stdio.h>

#define COUNT 200000
#define KEY 0x0123456789ABCDEFu

static void exactly(const char *what, int holds) { printf("limit:%s %d\n", what, holds ? 0 : 1000); }

/* The chi-square statistic of counts, as a z value. */
static double chi_square(const double *seen, const double *expected, int bins) {
    double sum = 0.0;
    for (int i = 0; i < bins; i++) sum += (seen[i] - expected[i]) * (seen[i] - expected[i]) / expected[i];
    return (sum - (bins - 1)) / sqrt(2.0 * (bins - 1));
}

static void uniform(void) {
    enum { BINS = 64 };
    double seen[BINS] = {0}, expected[BINS], sum = 0.0, across = 0.0, along = 0.0;
    int inside = 1;
    for (int i = 0; i < COUNT; i++) {
        double u = ss_uniform(KEY, 17, (uint64_t)i);
        inside &= u >= 0.0 && u < 1.0;
        seen[(int)(u * BINS)] += 1.0;
        sum += u - 0.5;
        along += (u - 0.5) * (ss_uniform(KEY, 18, (uint64_t)i) - 0.5);
        across += (u - 0.5) * (ss_uniform(KEY, 17, (uint64_t)i + 1) - 0.5);
    }
    for (int i = 0; i < BINS; i++) expected[i] = (double)COUNT / BINS;
    exactly("uniform in [0, 1)", inside);
    printf("uniform:bins %g\n", chi_square(seen, expected, BINS));
    printf("uniform:mean %g\n", sum / sqrt(COUNT / 12.0));
    printf("uniform:next_step %g\n", along / sqrt(COUNT / 144.0));
    printf("uniform:next_element %g\n", across / sqrt(COUNT / 144.0));
}

static void normal(void) {
    enum { BINS = 64 };
    double seen[BINS] = {0}, expected[BINS], moments[5] = {0}, neighbours = 0.0;
    for (int i = 0; i < COUNT; i++) {
        double x = ss_normal(KEY, 5, (uint64_t)i), power = 1.0;
        for (int k = 1; k <= 4; k++) moments[k] += power *= x;
        seen[(int)(0.5 * erfc(-x * sqrt(0.5)) * BINS)] += 1.0;
        neighbours += x * ss_normal(KEY, 5, (uint64_t)i + 1);
    }
    for (int i = 0; i < BINS; i++) expected[i] = (double)COUNT / BINS;
    printf("normal:bins %g\n", chi_square(seen, expected, BINS));
    printf("normal:mean %g\n", moments[1] / sqrt(COUNT));
    printf("normal:variance %g\n", (moments[2] - COUNT) / sqrt(2.0 * COUNT));
    printf("normal:third %g\n", moments[3] / sqrt(15.0 * COUNT));
    printf("normal:fourth %g\n", (moments[4] - 3.0 * COUNT) / sqrt(96.0 * COUNT));
    printf("normal:neighbours %g\n", neighbours / sqrt(COUNT));
}

/* In pairs: each from one block, whatever the count. */
static void normals(void) {
    enum { BINS = 64, CHUNK = 128 };
    double seen[BINS] = {0}, expected[BINS], moments[5] = {0}, pairs = 0.0, squares = 0.0, across = 0.0, along = 0.0;
    int same = 1;
    const int count = COUNT / CHUNK * CHUNK;
    for (int from = 0; from < count; from += CHUNK) {
        double x[CHUNK], next[CHUNK], fewer[CHUNK];
        ss_normals(KEY, 6, (uint64_t)from, CHUNK, x);
        ss_normals(KEY, 7, (uint64_t)from, CHUNK, next);
        const int few = from / CHUNK % CHUNK + 1;
        ss_normals(KEY, 6, (uint64_t)from, few, fewer);
        for (int i = 0; i < few; i++) same &= x[i] == fewer[i];
        for (int i = 0; i < CHUNK; i++) {
            double power = 1.0;
            for (int k = 1; k <= 4; k++) moments[k] += power *= x[i];
            seen[(int)(0.5 * erfc(-x[i] * sqrt(0.5)) * BINS)] += 1.0;
            along += x[i] * next[i];
            if (i % 2 == 0) {
                double uniform, turns;
                ss_uniform_pair(KEY, 6, (uint64_t)(from + i) / 2, &uniform, &turns);
                double radius = sqrt(-2.0 * log1p(-uniform)), angle = 2.0 * M_PI * turns;
                same &= x[i] == ss_normal(KEY, 6, (uint64_t)(from + i) / 2);
                same &= fabs(x[i + 1] - radius * sin(angle)) <= 4e-15 * radius;
                pairs += x[i] * x[i + 1];
                squares += (x[i] * x[i] - 1.0) * (x[i + 1] * x[i + 1] - 1.0);
            } else if (i + 1 < CHUNK) {
                across += x[i] * x[i + 1];
            }
        }
    }
    for (int i = 0; i < BINS; i++) expected[i] = (double)count / BINS;
    exactly("normals are cosines and sines of a block, whatever the count", same);
    printf("normals:bins %g\n", chi_square(seen, expected, BINS));
    printf("normals:mean %g\n", moments[1] / sqrt(count));
    printf("normals:variance %g\n", (moments[2] - count) / sqrt(2.0 * count));
    printf("normals:third %g\n", moments[3] / sqrt(15.0 * count));
    printf("normals:fourth %g\n", (moments[4] - 3.0 * count) / sqrt(96.0 * count));
    printf("normals:pairs %g\n", pairs / sqrt(count / 2.0));
    printf("normals:squares_of_pairs %g\n", squares / sqrt(4.0 * count / 2.0));
    printf("normals:neighbouring_pairs %g\n", across / sqrt(count / 2.0 - count / CHUNK));
    printf("normals:next_step %g\n", along / sqrt(count));
}

/* Counts 0, 1, ... against a probability law; values from `bins - 1` on share the last bin. */
static void compare(const char *name, double parameter, int bins, int64_t (*draw)(uint64_t, double),
                    double (*probability)(int, double)) {
    double seen[256] = {0}, expected[256], rest = COUNT, pooled_seen[257], pooled[257];
    for (int i = 0; i < COUNT; i++) {
        int64_t k = draw((uint64_t)i, parameter);
        seen[k < bins - 1 ? k : bins - 1] += 1.0;
    }
    for (int k = 0; k < bins; k++) rest -= expected[k] = k < bins - 1 ? COUNT * probability(k, parameter) : rest;
    int used = 0;
    pooled[0] = pooled_seen[0] = 0.0;
    for (int k = 0; k < bins; k++) {
        pooled[used] += expected[k];
        pooled_seen[used] += seen[k];
        if (pooled[used] >= 20.0) pooled[++used] = 0.0, pooled_seen[used] = 0.0;
    }
    printf("%s(%g):bins %g\n", name, parameter, chi_square(pooled_seen, pooled, used));
}

static int64_t draw_geometric(uint64_t i, double p) { return ss_geometric(KEY, 3, i, p); }
static double geometric_law(int k, double p) { return p * pow(1.0 - p, k); }
static int64_t draw_poisson(uint64_t i, double lambda) { return ss_poisson(KEY, 4, i, lambda); }
static double poisson_law(int k, double lambda) { return exp(k * log(lambda) - lambda - lgamma(k + 1.0)); }

static void geometric(void) {
    const double rates[] = {0.9, 0.5, 0.3, 0.05};
    for (int i = 0; i < 4; i++) compare("geometric", rates[i], 200, draw_geometric, geometric_law);
    const double small[] = {1e-3, 1e-6, 1e-12};
    for (int j = 0; j < 3; j++) {
        double sum = 0.0;
        for (int i = 0; i < COUNT; i++) sum += (double)draw_geometric((uint64_t)i, small[j]) * small[j];
        printf("geometric(%g):mean %g\n", small[j], (sum - COUNT * (1.0 - small[j])) / sqrt(COUNT));
    }
    int64_t never = (int64_t)1 << 62;
    exactly("geometric(1)", draw_geometric(1, 1.0) == 0 && draw_geometric(2, 1.5) == 0);
    exactly("geometric(0)", draw_geometric(1, 0.0) == never && draw_geometric(1, -0.5) == never);
    exactly("geometric(NaN)", draw_geometric(1, SS_NAN) == never);
    exactly("geometric(1e-300)", draw_geometric(1, 1e-300) == never);
    exactly("geometric of 1", ss_geometric_from(1.0, ss_geometric_inverse(0.3)) == 0);
}

static void poisson(void) {
    const double rates[] = {0.01, 0.5, 3.0, 9.99, 10.0, 14.5, 30.0, 150.0};
    for (int i = 0; i < 8; i++) compare("poisson", rates[i], 256, draw_poisson, poisson_law);
    const double large[] = {1e3, 1e6, 1e9, 1e12};
    for (int j = 0; j < 4; j++) {
        double sum = 0.0, squares = 0.0;
        for (int i = 0; i < COUNT; i++) {
            double x = ((double)draw_poisson((uint64_t)i, large[j]) - large[j]) / sqrt(large[j]);
            sum += x;
            squares += x * x - 1.0;
        }
        printf("poisson(%g):mean %g\n", large[j], sum / sqrt(COUNT));
        printf("poisson(%g):variance %g\n", large[j], squares / sqrt(2.0 * COUNT));
    }
    int64_t refused = -0x7fffffffffffffff - 1;
    exactly("poisson(0)", draw_poisson(1, 0.0) == 0 && draw_poisson(2, -0.0) == 0);
    exactly("poisson(-1)", draw_poisson(1, -1.0) == refused);
    exactly("poisson(NaN)", draw_poisson(1, SS_NAN) == refused);
    exactly("poisson(inf)", draw_poisson(1, SS_INFINITY) == refused);
}

int main(void) {
    uniform();
    normal();
    normals();
    geometric();
    poisson();
    return 0;
}
