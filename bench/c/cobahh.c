// COBAHH (Brette et al. 2007, benchmark 3): 4000 Hodgkin-Huxley neurons, conductance-based synapses, exponential Euler,
// dt 0.1 ms, 1 s.
//   cobahh SPIKES.csv
//
// Tuned for this model: refractoriness is looked at only for neurons that are above the threshold.

#include "hh.h"
#include "peer.h"

enum { BLOCK = HH_LANES, NEURONS = 4000, EXCITATORY = 3200, STEPS = 10000, REFRACTORY = 30 };

static const double DT = 0.1, EL = -60.0, EE = 0.0, EI = -80.0, TAUE = 5.0, TAUI = 10.0, WE = 6.0, WI = 67.0,
                    THRESHOLD = -20.0, P = 0.02;

static double v[NEURONS], m[NEURONS], h[NEURONS], n[NEURONS], ge[NEURONS], gi[NEURONS];
static int32_t until[NEURONS];

static int64_t update(int first, double decay_e, double decay_i) {
    int64_t any = 0;
    for (int k = first; k < first + BLOCK; k++) {
        double e = ge[k], i = gi[k];
        hh_step(&v[k], &m[k], &h[k], &n[k], HH_GL + e + i, HH_GL * EL + e * EE + i * EI, DT);
        ge[k] = e * decay_e;
        gi[k] = i * decay_i;
        any |= v[k] > THRESHOLD ? -1 : 0;
    }
    return any;
}

static size_t run(struct spikes *s, const struct rows *rows) {
    double decay_e = exp(-DT / TAUE), decay_i = exp(-DT / TAUI);
    size_t events = 0;
    for (int step = 0; step < STEPS; step++) {
        size_t before = s->count;
        spikes_reserve(s, NEURONS);
        for (int first = 0; first < NEURONS; first += BLOCK) {
            if (!update(first, decay_e, decay_i)) continue;
            for (int k = first; k < first + BLOCK; k++)
                if (v[k] > THRESHOLD && step >= until[k]) spikes_add(s, step, k);
        }
        for (size_t k = before; k < s->count; k++) {
            int neuron = s->neuron[k];
            double *g = neuron < EXCITATORY ? ge : gi, w = neuron < EXCITATORY ? WE : WI;
            until[neuron] = step + REFRACTORY;
            for (uint32_t at = rows->start[neuron]; at < rows->start[neuron + 1]; at++) g[rows->target[at]] += w;
            events += rows->start[neuron + 1] - rows->start[neuron];
        }
    }
    return events;
}

int main(int argc, char **argv) {
    double begin = seconds();
    if (argc != 2) return fprintf(stderr, "usage: cobahh SPIKES.csv\n"), 64;
    struct random random = {42};
    struct rows rows = connect(NEURONS, P, &random);
    for (int k = 0; k < NEURONS; k++) {
        v[k] = EL + 5.0 * normal(&random) - 5.0;
        ge[k] = (1.5 * normal(&random) + 4.0) * 10.0;
        gi[k] = (12.0 * normal(&random) + 20.0) * 10.0;
    }
    struct spikes s = {0};
    double from = seconds();
    size_t events = run(&s, &rows);
    double loop = seconds() - from;
    FILE *out = spikes_file(argv[1]);
    spikes_write(&s, out, 0, 0, 10);
    spikes_close(out);
    report(loop, seconds() - begin, s.count, (double)NEURONS * STEPS, (double)events);
}
