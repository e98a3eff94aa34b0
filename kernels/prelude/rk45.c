/* The equations of some neurons over one step, in as many inner steps as their errors ask for, by the embedded
 * Runge-Kutta pair of order 5(4) of Dormand & Prince (J. Comput. Appl. Math. 6, 1980, RK5(4)7M; Hairer, Norsett &
 * Wanner, Solving ODEs I, table II.5.2). The solution of order 5 goes on; its last rates are the first of the next
 * inner step.
 *
 * Each neuron has inner steps of its own. SS_WIDE neurons lie side by side, and compute the same stage at the same
 * time; those that are done wait with h = 0. A value of variable j of neuron w is at [SS_WIDE*j + w]; rates of a stage
 * are at k + SS_WIDE*n*stage. The caller evaluates rates in a loop, so that they are in the program once:
 *     do rates at x and at `time` after the beginning of the step; while (ss_rk45_next(...));
 * x has the variables where rates are wanted, y those at the beginning of the inner step, at the end the result. What
 * a neuron gets does not depend on its neighbours.
 *
 * An inner step is accepted where |e_j| <= absolute_j + relative*max(|y_j|, |x_j|) for every variable (II, eq. 4.10;
 * the norm is the maximum instead of 4.11); e is the difference of the two solutions. The next one has the length
 * h*min(5, max(0.2, 0.9*error^(-1/5))) (eq. 4.13), which does not grow right after a rejection. What is left is never
 * a sliver: the last two inner steps are of the same length. */
// needs: exp log
#define SS_WIDE 8
typedef struct {
    double dt;               /* the step */
    double left[SS_WIDE];    /* how much of it is to be done */
    double h[SS_WIDE];       /* the inner step that is tried; 0: none */
    double next[SS_WIDE];    /* the length wanted next; at the end, what the next step should begin with */
    double most[SS_WIDE];    /* by which factor lengths may grow */
    double trials[SS_WIDE];  /* inner steps that may still be tried */
    double error[SS_WIDE];   /* the largest error of a variable, in units of what is tolerated */
    double time[SS_WIDE];    /* where rates are wanted, from the beginning of the step */
    int32_t trouble[SS_WIDE];/* 0 none, 1 a value or rate is not finite, 2 too many trials, or too short ones */
    int32_t worst[SS_WIDE];  /* the variable that is not finite, or has the largest error */
    int32_t stage;           /* which rates are wanted: 0 to 6 */
    int32_t troubled;        /* any trouble at all */
} ss_rk45;

/* Begins a step of `width` neurons; x and y hold their variables. last: the lengths of inner steps that the step before
 * left, or 0. trials: how many at most. */
static SS_INLINE void ss_rk45_begin(ss_rk45 *s, int32_t n, int64_t width, double dt, const double *last, const double *trials, double *y, double *x, double *k) {
    s->dt = dt;
    s->stage = s->troubled = 0;
    for (int32_t w = 0; w < SS_WIDE; ++w) {
        s->left[w] = s->next[w] = s->h[w] = s->trials[w] = s->time[w] = 0.0;
        s->most[w] = 5.0;
        s->trouble[w] = s->worst[w] = 0;
    }
    for (int64_t w = 0; w < width; ++w) {
        s->left[w] = dt;
        s->next[w] = last[w] > 0.0 && last[w] < dt ? last[w] : dt;
        s->trials[w] = trials[w];
    }
    for (int64_t w = width; w < SS_WIDE; ++w) {
        for (int32_t j = 0; j < n; ++j) y[SS_WIDE * j + w] = x[SS_WIDE * j + w] = 0.0;
        for (int32_t j = 0; j < 7 * n; ++j) k[SS_WIDE * j + w] = 0.0;
    }
}

/* For neurons whose error is not a number: where a value or a rate at the beginning of the inner step is not finite,
 * shorter steps do not help. */
static SS_COLD void ss_rk45_finite(ss_rk45 *s, int32_t n, const double *y, const double *k) {
    for (int32_t w = 0; w < SS_WIDE; ++w) {
        if (s->error[w] == s->error[w] || !(s->left[w] > 0.0)) continue;
        for (int32_t j = n - 1; j >= 0; --j) {
            const double value = y[SS_WIDE * j + w], rate = k[SS_WIDE * j + w];
            if (!(value - value == 0.0) || !(rate - rate == 0.0)) s->trouble[w] = 1, s->worst[w] = j;
        }
        if (s->trouble[w]) s->left[w] = 0.0, s->troubled = 1;
    }
}

/* The variable with the largest error of a neuron. */
static SS_COLD int32_t ss_rk45_worst(int32_t n, int32_t w, const double *ratio) {
    int32_t worst = 0;
    for (int32_t j = 1; j < n; ++j)
        if (!(ratio[SS_WIDE * j + w] <= ratio[SS_WIDE * worst + w])) worst = j;
    return worst;
}

/* Judges inner steps: those that are accepted go on from where they lead. */
static SS_INLINE void ss_rk45_judge(ss_rk45 *s, int32_t n, double *y, double *x, double *k, double *ratio, const double *absolute, const double *relative) {
    int32_t strange = 0;
    for (int32_t w = 0; w < SS_WIDE; ++w) s->error[w] = 0.0;
    for (int32_t j = 0; j < n; ++j) {
        const double *const r = k + SS_WIDE * j;
        for (int32_t w = 0; w < SS_WIDE; ++w) {
            const double e = s->h[w] * (71.0 / 57600.0 * r[w] - 71.0 / 16695.0 * r[SS_WIDE * 2 * n + w]
                + 71.0 / 1920.0 * r[SS_WIDE * 3 * n + w] - 17253.0 / 339200.0 * r[SS_WIDE * 4 * n + w]
                + 22.0 / 525.0 * r[SS_WIDE * 5 * n + w] - 1.0 / 40.0 * r[SS_WIDE * 6 * n + w]);
            const double before = __builtin_fabs(y[SS_WIDE * j + w]), after = __builtin_fabs(x[SS_WIDE * j + w]);
            const double most = before > after ? before : after, error = s->error[w];
            const double found = __builtin_fabs(e) / (absolute[SS_WIDE * j + w] + relative[w] * most);
            ratio[SS_WIDE * j + w] = found;
            s->error[w] = found <= error ? error : found == found && error != error ? error : found;
        }
    }
    for (int32_t w = 0; w < SS_WIDE; ++w) {
        const double error = s->error[w], some = error < 1e-4 ? 1e-4 : error < 1e4 ? error : 1e4;
        const double wanted = 0.9 * ss_exp(-0.2 * ss_log(some)), least = wanted < 0.2 ? 0.2 : wanted;
        const double factor = least < s->most[w] ? least : s->most[w];
        const double h = s->h[w], left = s->left[w], after = h == left ? 0.0 : left - h;
        s->next[w] = h > 0.0 ? h * factor : s->next[w];
        s->most[w] = error <= 1.0 ? 5.0 : 1.0;
        s->left[w] = error <= 1.0 ? after : left;
        strange |= (left > 0.0) & (error != error);
    }
    for (int32_t j = 0; j < n; ++j)
        for (int32_t w = 0; w < SS_WIDE; ++w) {
            const int32_t at = SS_WIDE * j + w, end = SS_WIDE * (6 * n + j) + w;
            y[at] = s->error[w] <= 1.0 ? x[at] : y[at];
            k[at] = s->error[w] <= 1.0 ? k[end] : k[at];
        }
    if (strange) ss_rk45_finite(s, n, y, k);
}

/* Chooses the inner steps to try; 0: there is none. */
static SS_INLINE int32_t ss_rk45_try(ss_rk45 *s, int32_t n, const double *ratio) {
    int32_t going = 0, refused = 0;
    for (int32_t w = 0; w < SS_WIDE; ++w) {
        const double left = s->left[w], next = s->next[w];
        const double h = next >= left ? left : next > 0.5 * left ? 0.5 * left : next;
        s->h[w] = h;
        s->trials[w] -= left > 0.0 ? 1.0 : 0.0;
        going |= left > 0.0;
        refused |= (left > 0.0) & (!(h > 1e-13 * s->dt) | (s->trials[w] < 0.0));
    }
    if (!refused) return going;
    going = 0;
    for (int32_t w = 0; w < SS_WIDE; ++w) {
        if (s->left[w] > 0.0 && (!(s->h[w] > 1e-13 * s->dt) || s->trials[w] < 0.0)) {
            s->trouble[w] = 2, s->worst[w] = ss_rk45_worst(n, w, ratio);
            s->left[w] = s->h[w] = 0.0, s->troubled = 1;
        }
        going |= s->left[w] > 0.0;
    }
    return going;
}

/* Takes the rates of a stage. 1: those of the next are wanted at x; 0: the step is done, or nothing helps. */
static SS_INLINE int32_t ss_rk45_next(ss_rk45 *s, int32_t n, double *y, double *x, double *k, double *ratio, const double *absolute, const double *relative) {
    if (s->stage == 6) {
        ss_rk45_judge(s, n, y, x, k, ratio, absolute, relative);
        s->stage = 0;
    }
    if (s->stage == 0 && !ss_rk45_try(s, n, ratio)) return 0;
    const int32_t of = SS_WIDE * n;
    double c = 1.0;
    switch (++s->stage) {
    case 1:
        c = 0.2;
        for (int32_t j = 0; j < n; ++j)
            for (int32_t w = 0; w < SS_WIDE; ++w) {
                const double *const r = k + SS_WIDE * j + w;
                x[SS_WIDE * j + w] = y[SS_WIDE * j + w] + s->h[w] * (0.2 * r[0]);
            }
        break;
    case 2:
        c = 0.3;
        for (int32_t j = 0; j < n; ++j)
            for (int32_t w = 0; w < SS_WIDE; ++w) {
                const double *const r = k + SS_WIDE * j + w;
                x[SS_WIDE * j + w] = y[SS_WIDE * j + w] + s->h[w] * (3.0 / 40.0 * r[0] + 9.0 / 40.0 * r[of]);
            }
        break;
    case 3:
        c = 0.8;
        for (int32_t j = 0; j < n; ++j)
            for (int32_t w = 0; w < SS_WIDE; ++w) {
                const double *const r = k + SS_WIDE * j + w;
                x[SS_WIDE * j + w] = y[SS_WIDE * j + w]
                    + s->h[w] * (44.0 / 45.0 * r[0] - 56.0 / 15.0 * r[of] + 32.0 / 9.0 * r[2 * of]);
            }
        break;
    case 4:
        c = 8.0 / 9.0;
        for (int32_t j = 0; j < n; ++j)
            for (int32_t w = 0; w < SS_WIDE; ++w) {
                const double *const r = k + SS_WIDE * j + w;
                x[SS_WIDE * j + w] = y[SS_WIDE * j + w]
                    + s->h[w] * (19372.0 / 6561.0 * r[0] - 25360.0 / 2187.0 * r[of] + 64448.0 / 6561.0 * r[2 * of]
                        - 212.0 / 729.0 * r[3 * of]);
            }
        break;
    case 5:
        for (int32_t j = 0; j < n; ++j)
            for (int32_t w = 0; w < SS_WIDE; ++w) {
                const double *const r = k + SS_WIDE * j + w;
                x[SS_WIDE * j + w] = y[SS_WIDE * j + w]
                    + s->h[w] * (9017.0 / 3168.0 * r[0] - 355.0 / 33.0 * r[of] + 46732.0 / 5247.0 * r[2 * of]
                        + 49.0 / 176.0 * r[3 * of] - 5103.0 / 18656.0 * r[4 * of]);
            }
        break;
    default:
        for (int32_t j = 0; j < n; ++j)
            for (int32_t w = 0; w < SS_WIDE; ++w) {
                const double *const r = k + SS_WIDE * j + w;
                x[SS_WIDE * j + w] = y[SS_WIDE * j + w]
                    + s->h[w] * (35.0 / 384.0 * r[0] + 500.0 / 1113.0 * r[2 * of] + 125.0 / 192.0 * r[3 * of]
                        - 2187.0 / 6784.0 * r[4 * of] + 11.0 / 84.0 * r[5 * of]);
            }
    }
    for (int32_t w = 0; w < SS_WIDE; ++w) s->time[w] = s->dt - s->left[w] + c * s->h[w];
    return 1;
}
