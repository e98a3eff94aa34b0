/* What makes synapses needs besides: whole numbers, ranges, samples in rising order.
 * Samples draw from one stream: number `draw` of (key, element). Without repetition: Vitter's sequential method D with
 * fresh powers (ACM TOMS 13:58, 1987), which skips as far as the exact distribution of the next number says; method A where
 * a large part is wanted. With repetition: order statistics of uniform numbers, each from the one before. */
// needs: types bits random exp log

/* Skips of a stream come in blocks, which vectorise: how many misses lie before each hit, from draw `draw` of
 * (key, element) on. Not a number, or infinite: no further hit. */
enum { SS_SKIPS = 16 };

static inline void ss_skips(double *skips, uint64_t key, uint64_t draw, uint64_t element, double inverse_log_q) {
    for (int k = 0; k < SS_SKIPS; k++) {
        double uniform = 1.0 - ss_uniform(key, draw + (uint64_t)k, element);
        skips[k] = __builtin_floor(ss_log(uniform) * inverse_log_q);
    }
}

/* A whole number, or INT64_MIN for what is none. */
static SS_INLINE int64_t ss_whole_number(double x) {
    int whole = (__builtin_floor(x) == x) & (__builtin_fabs(x) < 0x1p53);
    return whole ? (int64_t)x : -0x7fffffffffffffff - 1;
}

/* How many numbers go from low to before high; -1 for a step of 0. */
static inline int64_t ss_values(int64_t low, int64_t high, int64_t step) {
    if (step > 0) return high > low ? (high - low - 1) / step + 1 : 0;
    if (step < 0) return low > high ? (low - high - 1) / -step + 1 : 0;
    return -1;
}

typedef struct {
    uint64_t key, element, draw;
    int64_t at;      /* the number drawn last, -1 before */
    int64_t wanted;  /* how many are still to be drawn */
    int64_t rest;    /* numbers behind `at`; with repetition all of them */
    double left;     /* with repetition: what is left of the unit interval */
} ss_choice;

/* In [0, 1). */
static inline double ss_choice_draw(ss_choice *s) { return ss_uniform(s->key, s->draw++, s->element); }

/* How many numbers are passed over: method A, for large parts. */
static inline int64_t ss_choice_walk(ss_choice *s) {
    double bound = ss_choice_draw(s), others = (double)(s->rest - s->wanted), all = (double)s->rest;
    double missed = others / all;
    int64_t passed = 0;
    for (; missed > bound; passed++) {
        others -= 1.0;
        all -= 1.0;
        missed *= others / all;
    }
    return passed;
}

/* The same with few draws: method D. */
static inline int64_t ss_choice_skip(ss_choice *s) {
    double n = (double)s->wanted, all = (double)s->rest, most = all - n + 1.0;
    for (;;) {
        double far = all * (1.0 - ss_exp(ss_log(1.0 - ss_choice_draw(s)) / n));
        double passed = __builtin_floor(far), draw = 1.0 - ss_choice_draw(s);
        if (!(passed < most)) continue;
        double wide = all / (all - far), scale = most / all;
        if (ss_log(draw / scale) <= (n - 1.0) * ss_log((most - passed) / most * wide)) return (int64_t)passed;
        double odds = scale;
        if (n - 1.0 <= passed) {
            for (double k = 0.0; k < n - 1.0; k += 1.0) odds *= (all - 1.0 - passed - k) / (all - 1.0 - k) * wide;
        } else {
            for (double k = 0.0; k < passed; k += 1.0) odds *= (all - n - k) / (all - 1.0 - k);
            odds *= ss_exp((n - 1.0) * ss_log(wide));
        }
        if (draw <= odds) return (int64_t)passed;
    }
}

/* The next number of a sample without repetition. */
static inline void ss_choice_next(ss_choice *s) {
    int64_t passed;
    if (s->wanted == 1) passed = (int64_t)((double)s->rest * ss_choice_draw(s));
    else if (s->rest / 13 < s->wanted) passed = ss_choice_walk(s);
    else passed = ss_choice_skip(s);
    s->at += passed + 1;
    s->rest -= passed + 1;
    s->wanted -= 1;
}

/* The next number of a sample with repetition. */
static inline void ss_choice_again(ss_choice *s) {
    s->left *= ss_exp(ss_log(1.0 - ss_choice_draw(s)) / (double)s->wanted);
    int64_t at = (int64_t)((double)s->rest * (1.0 - s->left));
    s->at = at < s->rest ? at : s->rest - 1;
    s->wanted -= 1;
}
