// What the hand-written programs share: a clock, random numbers, the list of spikes, random connectivity, the report.
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static inline void *reserve(size_t bytes) {
    void *place = aligned_alloc(64, (bytes + 4095) / 4096 * 4096);
    if (!place) {
        fprintf(stderr, "out of memory (%zu bytes)\n", bytes);
        exit(1);
    }
    memset(place, 0, bytes);
    return place;
}

// Random numbers: splitmix64 (Steele, Lea and Flood 2014).
struct random {
    uint64_t state;
};

static inline uint64_t random_bits(struct random *r) {
    uint64_t z = (r->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

// In (0, 1).
static inline double uniform(struct random *r) { return ((double)(random_bits(r) >> 11) + 0.5) * 0x1p-53; }

static inline double normal(struct random *r) {
    double radius = sqrt(-2.0 * log(uniform(r)));
    return radius * cos(6.283185307179586 * uniform(r));
}

// How many failures come before the next success; `scale` is 1/log(1 - p).
static inline int64_t geometric(struct random *r, double scale) { return (int64_t)(log(uniform(r)) * scale); }

// Spikes in the order in which they happened.
struct spikes {
    int32_t *neuron;
    int32_t *step;
    size_t count, capacity;
};

// Makes room for `more` spikes; call before a loop that adds at most that many.
static inline void spikes_reserve(struct spikes *s, size_t more) {
    if (s->count + more <= s->capacity) return;
    s->capacity = 2 * (s->count + more) + 4096;
    s->neuron = realloc(s->neuron, s->capacity * sizeof *s->neuron);
    s->step = realloc(s->step, s->capacity * sizeof *s->step);
    if (!s->neuron || !s->step) abort();
}

static inline void spikes_add(struct spikes *s, int64_t step, int64_t neuron) {
    s->neuron[s->count] = (int32_t)neuron;
    s->step[s->count++] = (int32_t)step;
}

// Appends rows `point,t_ms,i`; a step is 1/steps_per_ms ms (10 or 100). With `number_is_point` neuron k is neuron 0 of point k.
static inline void spikes_write(const struct spikes *s, FILE *out, int point, int number_is_point, int steps_per_ms) {
    int digits = steps_per_ms == 10 ? 1 : 2;
    for (size_t k = 0; k < s->count; k++) {
        char row[64], *end = row + sizeof row, *at = end;
        int neuron = number_is_point ? 0 : s->neuron[k], first = number_is_point ? s->neuron[k] : point;
        int whole = s->step[k] / steps_per_ms, part = s->step[k] % steps_per_ms;
        *--at = '\n';
        do *--at = (char)('0' + neuron % 10);
        while (neuron /= 10);
        *--at = ',';
        for (int d = 0; d < digits; d++, part /= 10) *--at = (char)('0' + part % 10);
        *--at = '.';
        do *--at = (char)('0' + whole % 10);
        while (whole /= 10);
        *--at = ',';
        do *--at = (char)('0' + first % 10);
        while (first /= 10);
        fwrite(at, 1, (size_t)(end - at), out);
    }
}

static inline FILE *spikes_file(const char *path) {
    FILE *out = fopen(path, "w");
    if (!out) {
        perror(path);
        exit(1);
    }
    setvbuf(out, NULL, _IOFBF, 1 << 18);
    fputs("point,t_ms,i\n", out);
    return out;
}

static inline void spikes_close(FILE *out) {
    if (fclose(out)) {
        perror("writing spikes");
        exit(1);
    }
}

// Rows of targets, one after the other. 16 bits are enough for every network here.
struct rows {
    uint32_t *start;
    uint16_t *target;
};

// Each pair with probability p.
static inline struct rows connect(int n, double p, struct random *r) {
    struct rows rows;
    size_t capacity = (size_t)(1.1 * p * n * n) + 65536, used = 0;
    double scale = 1.0 / log1p(-p);
    rows.start = reserve(((size_t)n + 1) * sizeof *rows.start);
    rows.target = reserve((capacity + 64) * sizeof *rows.target);
    for (int i = 0; i < n; i++) {
        rows.start[i] = (uint32_t)used;
        for (int64_t j = geometric(r, scale); j < n && used < capacity; j += 1 + geometric(r, scale))
            rows.target[used++] = (uint16_t)j;
    }
    rows.start[n] = (uint32_t)used;
    return rows;
}

// One line of JSON.
static inline void report(double loop_s, double whole_s, size_t spikes, double updates, double events) {
    printf("{\"loop_s\": %.6f, \"inside_s\": %.6f, \"spikes\": %zu, \"neuron_updates\": %.0f, \"synaptic_events\": %.0f}\n",
           loop_s, whole_s, spikes, updates, events);
}

#endif
