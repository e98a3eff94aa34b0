/* Prints "case number" lines: errors of the pair of Dormand and Prince where they are known, and counts of evaluations. */
#include "prelude.inc"
#include <math.h>
#include <stdio.h>

/* Evaluations in the last call of `step`. */
static int evaluations;

typedef void rates(double t, const double *x, double *k);

/* One step of a neuron beside others that are none; the length of inner steps is kept in *last. Returns the trouble. */
static int step(rates *f, int n, double dt, double *y, double *last, double trials, double tolerance) {
    double at[4 * SS_WIDE], x[4 * SS_WIDE], k[7 * 4 * SS_WIDE], absolute[4 * SS_WIDE] = {0}, relative[SS_WIDE] = {0};
    double ratio[4 * SS_WIDE];
    ss_rk45 inner;
    for (int j = 0; j < n; j++) {
        at[SS_WIDE * j] = x[SS_WIDE * j] = y[j];
        absolute[SS_WIDE * j] = relative[0] = tolerance;
    }
    ss_rk45_begin(&inner, n, 1, dt, last, &trials, at, x, k);
    evaluations = 0;
    do {
        double now[4], rate[4];
        for (int j = 0; j < n; j++) now[j] = x[SS_WIDE * j];
        f(inner.time[0], now, rate);
        for (int j = 0; j < n; j++) k[SS_WIDE * (n * inner.stage + j)] = rate[j];
        evaluations++;
    } while (ss_rk45_next(&inner, n, at, x, k, ratio, absolute, relative));
    *last = inner.next[0];
    for (int j = 0; j < n; j++) y[j] = at[SS_WIDE * j];
    return inner.trouble[0];
}

static int power;
static void polynomial(double t, const double *x, double *k) { (void)x; k[0] = (power + 1) * pow(t, power); }
static void decay(double t, const double *x, double *k) { (void)t; k[0] = -x[0]; }
static void fast(double t, const double *x, double *k) { (void)t; k[0] = -1000.0 * x[0]; k[1] = -x[1]; }
static void nothing(double t, const double *x, double *k) { (void)t; (void)x; k[0] = 0.0; }
static void root(double t, const double *x, double *k) { (void)t; k[0] = sqrt(-1.0 - x[0] * x[0]); }

int main(void) {
    /* The weights integrate t^0 .. t^4 (order 5), and the other solution's t^0 .. t^3. */
    for (power = 0; power <= 4; power++) {
        double y[1] = {0}, last = 0;
        step(polynomial, 1, 1.0, y, &last, 1e3, 1e30);
        printf("quadrature %g\n", fabs(y[0] - 1.0));
    }
    for (power = 0; power <= 3; power++) {
        double y[1] = {0}, last = 0;
        printf("difference %d\n", step(polynomial, 1, 1.0, y, &last, 1.0, 1e-15));
    }
    /* One inner step of length h for y' = -y: the polynomial of degree 6 whose first six terms are those of exp(-h), and
     * whose last is h^6/600 (Hairer & Wanner, Solving ODEs II, IV.2, eq. 2.15). */
    double y[2] = {1}, last = 0, h = 0.5;
    step(decay, 1, h, y, &last, 1e3, 1e30);
    printf("stability %g\n", fabs(y[0] - (1 - h * (1 - h / 2 * (1 - h / 3 * (1 - h / 4 * (1 - h / 5 * (1 - h / 5))))))));
    /* Seven evaluations for the first inner step, six for others. */
    printf("evaluations %d\n", evaluations - 7);
    /* A fast variable that has decayed: stability bounds the inner steps, 3.3/1000. Once their length is known, few are
     * rejected, and their number is that of the stability bound within a third. */
    y[0] = 1, y[1] = 1, last = 0;
    for (int k = 0; k < 20; k++) step(fast, 2, 0.1, y, &last, 1e4, 1e-6);
    printf("slow %g\n", fabs(y[1] - exp(-2.0)));
    printf("inner_steps %g\n", fabs(evaluations / 6.0 * 3.3e-3 / 0.1 - 1.15));
    /* No change, no error, one inner step; bounds and infinities. */
    y[0] = 0, last = 0;
    printf("rest %d\n", step(nothing, 1, 0.1, y, &last, 1.0, 1e-300) + (y[0] != 0) + (evaluations != 7));
    y[0] = 1, last = 0;
    printf("bound %d\n", step(fast, 1, 1.0, y, &last, 30.0, 1e-6) - 2);
    printf("at_bound %d\n", evaluations - 1 - 6 * 30);
    y[0] = 1, last = 0;
    printf("not_finite %d\n", step(root, 1, 1.0, y, &last, 1e9, 1e-6) - 1 + (evaluations != 7));
    return 0;
}
