/* Prints "case error" lines: the largest error of the matrix exponential against a closed form, relative to the entry
 * (to the largest entry where the closed form is 0). */
#include "prelude.inc"
#include <math.h>
#include <stdio.h>

#define MOST 64

static double result[MOST * MOST], work[SS_EXPM_WORK(MOST)];

static void report(const char *name, int n, const double *a, const double *want) {
    double size = 0.0, worst = 0.0;
    ss_expm(n, a, result, work);
    for (int i = 0; i < n * n; i++) size = fmax(size, fabs(want[i]));
    for (int i = 0; i < n * n; i++) {
        double error = fabs(result[i] - want[i]) / (want[i] != 0.0 ? fabs(want[i]) : size);
        worst = error <= worst ? worst : error;
    }
    printf("%s %g\n", name, worst);
}

static void diagonal(void) {
    double a[25] = {0}, want[25] = {0};
    const double rates[5] = {0.0, -1e-3, -0.5, -3.0, 2.0};
    for (int i = 0; i < 5; i++) {
        a[6 * i] = rates[i];
        want[6 * i] = exp(rates[i]);
    }
    report("diagonal", 5, a, want);
}

static void rotation(void) {
    for (int i = 0; i < 4; i++) {
        double t = 0.01 * pow(7.0, i);
        double a[4] = {0, -t, t, 0}, want[4] = {cos(t), -sin(t), sin(t), cos(t)};
        report("rotation", 2, a, want);
    }
}

/* The shift matrix of order n: exp has 1/k! on its k-th upper diagonal. */
static void nilpotent(int n) {
    double a[MOST * MOST] = {0}, want[MOST * MOST] = {0};
    for (int i = 0; i < n; i++) {
        if (i + 1 < n) a[i * n + i + 1] = 1.0;
        for (int j = i; j < n; j++) want[i * n + j] = 1.0 / tgamma(j - i + 1.0);
    }
    report("nilpotent", n, a, want);
}

static void defective(void) {
    double a[9] = {-2, 1, 0, 0, -2, 1, 0, 0, -2}, e = exp(-2.0);
    double want[9] = {e, e, e / 2, 0, e, e, 0, 0, e};
    report("defective", 3, a, want);
}

/* A membrane driven by a current with a time constant of its own, in SI units: dv/dt = -v/tm + i/c. */
static void lif_chain(double step) {
    double tm = 20e-3, ts = 5e-3, c = 100e-12;
    double a[4] = {-step / tm, step / c, 0, -step / ts};
    double em = exp(-step / tm), es = exp(-step / ts);
    double coupling = tm * ts / (c * (tm - ts)) * em * -expm1(step / tm - step / ts);
    double want[4] = {em, coupling, 0, es};
    report("lif_chain", 2, a, want);
}

static void alpha_chain(void) {
    double t = 1e-4 / 5e-3, w = 1e9;
    double e = exp(-t), a[4] = {-t, t * w, 0, -t}, want[4] = {e, t * w * e, 0, e};
    report("alpha_chain", 2, a, want);
}

static void zero(void) {
    double a[9] = {0}, want[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    report("zero", 3, a, want);
}

/* A dense matrix whose exponential is known: ones(n) x, exp = I + (exp(n x) - 1)/n ones. */
static void dense(int n, double x) {
    double a[MOST * MOST], want[MOST * MOST];
    for (int i = 0; i < n * n; i++) {
        a[i] = x;
        want[i] = expm1(n * x) / n + (i % (n + 1) == 0);
    }
    report("dense", n, a, want);
}

/* NaN and inf. */
static void refused(void) {
    double a[4] = {0, SS_NAN, 1, 2}, b[4] = {0, 1, SS_INFINITY, 2}, huge[4] = {1e308, 1e308, -1e308, 1e308};
    double bad = 0.0; /* `huge`: no demand but that it returns */
    ss_expm(2, a, result, work);
    for (int i = 0; i < 4; i++) bad += !isnan(result[i]);
    ss_expm(2, b, result, work);
    for (int i = 0; i < 4; i++) bad += !isnan(result[i]);
    printf("refused %g\n", bad);
    ss_expm(2, huge, result, work);
}

/* A slow variable beside one that is gone within the step; computed in place. */
static void stiff(double fast) {
    double a[4] = {-fast, fast, 0.0, -1e-3}, slow = exp(-1e-3);
    ss_expm(2, a, a, work);
    double gone = fmax(fabs(a[0]), fabs(a[2])), coupled = fast / (fast - 1e-3) * slow;
    printf("stiff %g\n", fmax(gone, fmax(fabs(a[3] / slow - 1.0), fabs(a[1] / coupled - 1.0))));
}

int main(void) {
    diagonal();
    rotation();
    nilpotent(4);
    nilpotent(20);
    defective();
    lif_chain(1e-4);
    lif_chain(1e-2);
    alpha_chain();
    zero();
    dense(3, -0.2);
    dense(64, 0.05);
    refused();
    stiff(1e3);
    stiff(1e6);
    stiff(1e300);
    return 0;
}
