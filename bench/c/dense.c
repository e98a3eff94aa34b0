// All-to-all: 1000 Poisson trains of 50 Hz onto 1000 leaky integrate-and-fire neurons, a weight for every synapse, exact
// integration, dt 0.1 ms, 1 s.
//   dense SPIKES.csv
//
// Tuned for this model: the next spike of a train is drawn as a waiting time and kept in a calendar of steps; the rows of
// a step's spikes are added four at a time, in the same order for every target.

#include "peer.h"

enum { SOURCES = 1000, TARGETS = 1000, STEPS = 10000, REFRACTORY = 50 };

static const double THRESHOLD = 10.0, TAUM = 20.0, TAUG = 5.0, DT = 0.1, RATE = 50.0, W_MAX = 0.1;

static double v[TARGETS], g[TARGETS], weight[SOURCES][TARGETS];
static int64_t until[TARGETS];
static int32_t due[STEPS], next[SOURCES];

// Adds rows to g, four at a time.
static void add(const int *rows, int count) {
    int r = 0;
    for (; r + 4 <= count; r += 4) {
        const double *a = weight[rows[r]], *b = weight[rows[r + 1]], *c = weight[rows[r + 2]], *d = weight[rows[r + 3]];
        for (int k = 0; k < TARGETS; k++) g[k] = (((g[k] + a[k]) + b[k]) + c[k]) + d[k];
    }
    for (; r < count; r++) {
        const double *a = weight[rows[r]];
        for (int k = 0; k < TARGETS; k++) g[k] += a[k];
    }
}

static int64_t update(int64_t step, double vv, double vg, double gg) {
    int64_t any = 0;
    for (int k = 0; k < TARGETS; k++) {
        int64_t active = until[k] <= step ? -1 : 0;
        double moved = v[k] * vv + g[k] * vg;
        moved = active ? moved : v[k];
        v[k] = moved;
        g[k] *= gg;
        any |= moved > THRESHOLD ? -1 : 0;
    }
    return any;
}

static void schedule(struct random *random, int64_t step, int train, double scale) {
    step += geometric(random, scale);
    if (step >= STEPS) return;
    next[train] = due[step];
    due[step] = train;
}

static size_t run(struct spikes *s, struct random *random) {
    double vv = exp(-DT / TAUM), gg = exp(-DT / TAUG), vg = TAUG / (TAUG - TAUM) * (gg - vv);
    double scale = 1.0 / log1p(-RATE * DT * 1e-3);
    size_t events = 0;
    for (int k = 0; k < STEPS; k++) due[k] = -1;
    for (int k = 0; k < SOURCES; k++) schedule(random, 0, k, scale);
    for (int step = 0; step < STEPS; step++) {
        size_t before = s->count;
        spikes_reserve(s, TARGETS);
        if (update(step, vv, vg, gg))
            for (int k = 0; k < TARGETS; k++)
                if (v[k] > THRESHOLD) spikes_add(s, step, k);
        int rows[SOURCES], count = 0;
        for (int train = due[step], then; train >= 0; train = then) {
            then = next[train];
            rows[count++] = train;
            schedule(random, step + 1, train, scale);
        }
        add(rows, count);
        events += (size_t)count * TARGETS;
        for (size_t k = before; k < s->count; k++) {
            v[s->neuron[k]] = 0.0;
            until[s->neuron[k]] = step + REFRACTORY;
        }
    }
    return events;
}

int main(int argc, char **argv) {
    double begin = seconds();
    if (argc != 2) return fprintf(stderr, "usage: dense SPIKES.csv\n"), 64;
    struct random random = {42};
    for (int i = 0; i < SOURCES; i++)
        for (int j = 0; j < TARGETS; j++) weight[i][j] = W_MAX * uniform(&random);
    struct spikes s = {0};
    double from = seconds();
    size_t events = run(&s, &random);
    double loop = seconds() - from;
    FILE *out = spikes_file(argv[1]);
    spikes_write(&s, out, 0, 0, 10);
    spikes_close(out);
    report(loop, seconds() - begin, s.count, (double)TARGETS * STEPS, (double)events);
}
