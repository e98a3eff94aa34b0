// f-I curve of a Hodgkin-Huxley neuron: 1000 neurons with currents 0..0.7 nA, exponential Euler, dt 0.01 ms, 1 s.
//   hh_fi SPIKES.csv
//
// Tuned for this model: LANES neurons at a time stay in the L1 cache for all steps; a spike is an upward crossing of -40 mV
// (that is what the threshold 'v > -40*mV' with the same condition as refractoriness comes to).

#include "hh.h"
#include "peer.h"

enum { LANES = HH_LANES, NEURONS = 1000, STEPS = 100000 };

static const double DT = 0.01, EL = -65.0, THRESHOLD = -40.0, I_MAX = 700.0;

static void run(struct spikes *s, int first) {
    double v[LANES], m[LANES], h[LANES], n[LANES], i[LANES];
    int64_t above[LANES];
    for (int k = 0; k < LANES; k++) {
        v[k] = EL, m[k] = h[k] = n[k] = 0.0;
        i[k] = HH_GL * EL + I_MAX * (first + k) / (NEURONS - 1);
    }
    for (int step = 0; step < STEPS; step++) {
        int64_t any = 0;
        for (int k = 0; k < LANES; k++) {
            double old = v[k];
            hh_step(&v[k], &m[k], &h[k], &n[k], HH_GL, i[k], DT);
            above[k] = (old > THRESHOLD ? 0 : -1) & (v[k] > THRESHOLD ? -1 : 0);
            any |= above[k];
        }
        if (__builtin_expect(!any, 1)) continue;
        spikes_reserve(s, LANES);
        for (int k = 0; k < LANES; k++)
            if (above[k]) spikes_add(s, step, first + k);
    }
}

int main(int argc, char **argv) {
    double begin = seconds();
    if (argc != 2) return fprintf(stderr, "usage: hh_fi SPIKES.csv\n"), 64;
    struct spikes s = {0};
    double from = seconds();
    for (int first = 0; first < NEURONS; first += LANES) run(&s, first);
    double loop = seconds() - from;
    FILE *out = spikes_file(argv[1]);
    spikes_write(&s, out, 0, 1, 100);
    spikes_close(out);
    report(loop, seconds() - begin, s.count, (double)NEURONS * STEPS, 0.0);
}
