// f-I curve of a leaky integrate-and-fire neuron: 1000 neurons with inputs 0..20 mV, exact integration, dt 0.1 ms, 1 s.
//   lif_fi SPIKES.csv
//
// Tuned for this model: nothing couples the neurons, so time is the inner loop over LANES of them that stay in registers.

#include "peer.h"

#if defined(__AVX512F__)
#define WIDTH 8
#elif defined(__AVX__)
#define WIDTH 4
#else
#define WIDTH 2
#endif

typedef double reals __attribute__((vector_size(WIDTH * 8)));
typedef int64_t masks __attribute__((vector_size(WIDTH * 8)));

enum { VECTORS = 4, LANES = VECTORS * WIDTH, NEURONS = 1000, STEPS = 10000, REFRACTORY = 50 };

static const double THRESHOLD = 10.0, V0_MAX = 20.0, TAU = 10.0, DT = 0.1;

// Neurons first, first + 1, ... for all steps.
static void run(struct spikes *s, int first, double decay) {
    reals v[VECTORS] = {0}, drive[VECTORS] = {0};
    masks until[VECTORS] = {0};
    for (int k = 0; k < LANES; k++)
        drive[k / WIDTH][k % WIDTH] = V0_MAX * (first + k) / (NEURONS - 1) * (1.0 - decay);
    for (int64_t step = 0; step < STEPS; step++) {
        masks over[VECTORS], any = {0};
#pragma GCC unroll 8
        for (int k = 0; k < VECTORS; k++) {
            masks active = until[k] <= step;
            reals moved = v[k] * decay + drive[k];
            // A refractory neuron stays at 0, the reset value.
            v[k] = (reals)((masks)moved & active);
            over[k] = v[k] > THRESHOLD;
            any |= over[k];
        }
        int64_t reached = 0;
#pragma GCC unroll 8
        for (int l = 0; l < WIDTH; l++) reached |= any[l];
        if (__builtin_expect(!reached, 1)) continue;
        spikes_reserve(s, LANES);
#pragma GCC unroll 8
        for (int k = 0; k < VECTORS; k++) {
            for (int l = 0; l < WIDTH; l++)
                if (over[k][l] && first + k * WIDTH + l < NEURONS) spikes_add(s, step, first + k * WIDTH + l);
            until[k] = (until[k] & ~over[k]) | (((masks){0} + step + REFRACTORY) & over[k]);
            v[k] = (reals)((masks)v[k] & ~over[k]);
        }
    }
}

int main(int argc, char **argv) {
    double begin = seconds();
    if (argc != 2) return fprintf(stderr, "usage: lif_fi SPIKES.csv\n"), 64;
    struct spikes s = {0};
    spikes_reserve(&s, 200000);
    memset(s.neuron, 0, s.capacity * sizeof *s.neuron), memset(s.step, 0, s.capacity * sizeof *s.step);
    double decay = exp(-DT / TAU), from = seconds();
    for (int first = 0; first < NEURONS; first += LANES) run(&s, first, decay);
    double loop = seconds() - from;
    FILE *out = spikes_file(argv[1]);
    spikes_write(&s, out, 0, 1, 10);
    spikes_close(out);
    report(loop, seconds() - begin, s.count, (double)NEURONS * STEPS, 0.0);
}
