// CUBA (Vogels & Abbott 2005): current-based network, exact integration, dt 0.1 ms, 1 s.
//   cuba SPIKES.csv NEURONS P FIRST STRIDE WE WI [WE WI ...]
// The network and the initial values are drawn once; every pair of weights (mV) is one point, number FIRST, FIRST + STRIDE, ...
//
// Tuned for this model: a refractory neuron is put back to the reset value after the update (the last 49 steps of the
// list of spikes say which), so the update has no condition and no array besides v, ge and gi.

#include "peer.h"

enum { BLOCK = 200, STEPS = 10000, REFRACTORY = 50 };

static const double VT = -50.0, VR = -60.0, EL = -49.0, TAUM = 20.0, TAUE = 5.0, TAUI = 10.0, DT = 0.1;

struct network {
    int n, excitatory;
    double *v, *ge, *gi;
    int32_t *until;
    struct rows rows;
};

struct propagator {
    double vv, ve, vi, constant, ee, ii;
};

static struct propagator propagator(void) {
    struct propagator m;
    m.vv = exp(-DT / TAUM);
    m.ee = exp(-DT / TAUE);
    m.ii = exp(-DT / TAUI);
    m.ve = TAUE / (TAUE - TAUM) * (m.ee - m.vv);
    m.vi = TAUI / (TAUI - TAUM) * (m.ii - m.vv);
    m.constant = EL * (1.0 - m.vv);
    return m;
}

// Advances a block by one step; not zero if a neuron may have crossed the threshold.
static inline int64_t update(struct propagator m, double *restrict v, double *restrict ge, double *restrict gi, int n) {
    int64_t any = 0;
    for (int k = 0; k < n; k++) {
        double x = m.vv * v[k] + m.ve * ge[k] + m.vi * gi[k] + m.constant;
        v[k] = x;
        ge[k] *= m.ee;
        gi[k] *= m.ii;
        any |= x > VT ? -1 : 0;
    }
    return any;
}

static inline size_t deliver(const struct network *net, int neuron, double we, double wi) {
    const uint16_t *at = net->rows.target + net->rows.start[neuron];
    const uint16_t *end = net->rows.target + net->rows.start[neuron + 1];
    size_t events = (size_t)(end - at);
    double *g = neuron < net->excitatory ? net->ge : net->gi;
    double w = neuron < net->excitatory ? we : wi;
    for (; at < end; at++) g[*at] += w;
    return events;
}

static size_t run(struct network *net, struct spikes *s, double we, double wi) {
    struct propagator m = propagator();
    size_t events = 0, oldest = 0;
    for (int step = 0; step < STEPS; step++) {
        size_t before = s->count;
        spikes_reserve(s, (size_t)net->n);
        while (oldest < before && s->step[oldest] + REFRACTORY <= step) oldest++;
        for (int b = 0; b < net->n; b += BLOCK) {
            if (!update(m, net->v + b, net->ge + b, net->gi + b, BLOCK)) continue;
            for (int k = b; k < b + BLOCK; k++)
                if (net->v[k] > VT && step >= net->until[k]) spikes_add(s, step, k);
        }
        for (size_t k = oldest; k < before; k++) net->v[s->neuron[k]] = VR;
        for (size_t k = before; k < s->count; k++) {
            int neuron = s->neuron[k];
            net->v[neuron] = VR;
            net->until[neuron] = step + REFRACTORY;
            if (k + 2 < s->count) __builtin_prefetch(net->rows.target + net->rows.start[s->neuron[k + 2]]);
            events += deliver(net, neuron, we, wi);
        }
    }
    return events;
}

int main(int argc, char **argv) {
    double begin = seconds(), loop = 0.0, events = 0.0;
    if (argc < 8 || argc % 2) return fprintf(stderr, "usage: cuba SPIKES.csv NEURONS P FIRST STRIDE WE WI ...\n"), 64;
    struct network net = {.n = atoi(argv[2])};
    net.excitatory = net.n * 4 / 5;
    if (net.n % BLOCK || net.n > 65536) return fprintf(stderr, "NEURONS: a multiple of %d, at most 65536\n", BLOCK), 64;
    size_t bytes = (size_t)net.n * sizeof(double);
    struct random random = {42};
    double *start = reserve(bytes);
    net.v = reserve(bytes), net.ge = reserve(bytes), net.gi = reserve(bytes), net.until = reserve(bytes);
    net.rows = connect(net.n, atof(argv[3]), &random);
    for (int k = 0; k < net.n; k++) start[k] = VR + uniform(&random) * (VT - VR);

    FILE *out = spikes_file(argv[1]);
    struct spikes s = {0};
    size_t spikes = 0;
    int points = (argc - 6) / 2;
    for (int point = 0; point < points; point++) {
        memcpy(net.v, start, bytes);
        memset(net.ge, 0, bytes), memset(net.gi, 0, bytes), memset(net.until, 0, bytes);
        s.count = 0;
        double from = seconds();
        events += (double)run(&net, &s, atof(argv[6 + 2 * point]), atof(argv[7 + 2 * point]));
        loop += seconds() - from;
        spikes += s.count;
        spikes_write(&s, out, atoi(argv[4]) + atoi(argv[5]) * point, 0, 10);
    }
    spikes_close(out);
    report(loop, seconds() - begin, spikes, (double)points * STEPS * net.n, events);
}
