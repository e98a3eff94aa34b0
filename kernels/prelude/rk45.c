/* The equations of one neuron over one step, in as many inner steps as their error asks for, by the embedded
 * Runge-Kutta pair of order 5(4) of Dormand & Prince (J. Comput. Appl. Math. 6, 1980, RK5(4)7M; Hairer, Norsett &
 * Wanner, Solving ODEs I, table II.5.2). The solution of order 5 goes on; its last rates are the first of the next
 * inner step.
 *
 * The caller evaluates rates in a loop, so that they are in the program once:
 *     do k[n*stage + i] = rate i at x and at time `time` after the beginning; while (ss_rk45_next(...));
 * x has the variables where rates are wanted, y those at the beginning of the inner step, at the end the result.
 *
 * An inner step is accepted where |e_i| <= absolute_i + relative*max(|y_i|, |x_i|) for every variable (II, eq. 4.10;
 * the norm is the maximum of 4.11); e is the difference of the two solutions. The next one has the length
 * h*min(5, max(0.2, 0.9*error^(-1/5))) (eq. 4.13), which does not grow right after a rejection. What is left is never
 * a sliver: the last two inner steps are of the same length. */
// needs: bits
typedef struct {
    double dt;         /* the step */
    double at;         /* how much of it is done */
    double h;          /* the inner step that is tried */
    double next;       /* the length wanted next; what the next step should begin with */
    double time;       /* where rates are wanted, from the beginning of the step */
    double trials;     /* inner steps that may still be tried */
    int32_t stage;     /* which rates are wanted: 0 to 6 */
    int32_t last;      /* this inner step ends where the step ends */
    int32_t rejected;  /* the one before was rejected */
    int32_t trouble;   /* 0 none, 1 a value or rate is not finite, 2 too many trials, or too short ones */
    int32_t worst;     /* the variable with the largest error, or that is not finite */
} ss_rk45;

/* Begins a step. last: the length of inner steps that the step before left, or 0. trials: how many at most. */
static SS_INLINE ss_rk45 ss_rk45_begin(double dt, double last, double trials) {
    ss_rk45 s = { .dt = dt, .next = last > 0.0 && last < dt ? last : dt, .trials = trials };
    return s;
}

/* error^(-1/5) within 0.1 % for 1e-4 <= error <= 1e4: a first guess by the exponent, and two steps of Newton's method. */
static SS_INLINE double ss_rk45_root(double error) {
    double y = ss_from_bits(0x4CB9999999999999u - ss_bits(error) / 5);
    y *= 1.2 - 0.2 * error * (y * y) * (y * y) * y;
    return y * (1.2 - 0.2 * error * (y * y) * (y * y) * y);
}

/* The factor by which the length of inner steps changes. */
static SS_INLINE double ss_rk45_factor(double error, int32_t rejected) {
    const double bounded = error < 1e-4 ? 1e-4 : error < 1e4 ? error : 1e4;
    const double factor = 0.9 * ss_rk45_root(bounded), most = rejected ? 1.0 : 5.0;
    return factor < 0.2 ? 0.2 : factor < most ? factor : most;
}

/* Where a value or a rate at the beginning of the inner step is not finite, shorter ones do not help. */
static SS_COLD void ss_rk45_finite(ss_rk45 *s, int32_t n, const double *y, const double *k) {
    for (int32_t j = 0; j < n && !s->trouble; ++j)
        if (!(y[j] - y[j] == 0.0) || !(k[j] - k[j] == 0.0)) s->trouble = 1, s->worst = j;
}

/* The largest error of a variable in units of what is tolerated; NaN if any is. */
static SS_INLINE double ss_rk45_error(ss_rk45 *s, int32_t n, const double *y, const double *x, const double *k, const double *absolute, double relative) {
    double error = 0.0;
    for (int32_t j = 0; j < n; ++j) {
        const double e = s->h * (71.0 / 57600.0 * k[j] - 71.0 / 16695.0 * k[2 * n + j] + 71.0 / 1920.0 * k[3 * n + j]
            - 17253.0 / 339200.0 * k[4 * n + j] + 22.0 / 525.0 * k[5 * n + j] - 1.0 / 40.0 * k[6 * n + j]);
        const double before = __builtin_fabs(y[j]), after = __builtin_fabs(x[j]);
        const double ratio = __builtin_fabs(e) / (absolute[j] + relative * (before > after ? before : after));
        if (ratio > error || !(ratio == ratio)) error = ratio, s->worst = j;
    }
    return error;
}

/* Chooses the inner step to try; 0: there is none. */
static SS_INLINE int32_t ss_rk45_try(ss_rk45 *s) {
    const double left = s->dt - s->at;
    s->last = s->next >= left;
    s->h = s->last ? left : s->next > 0.5 * left ? 0.5 * left : s->next;
    s->trials -= 1.0;
    if (s->trials < 0.0 || !(s->h > 1e-13 * s->dt)) s->trouble = 2;
    return s->trouble == 0;
}

/* Takes the rates of a stage. 1: those of the next are wanted at x; 0: the step is done, or there is trouble. */
static SS_INLINE int32_t ss_rk45_next(ss_rk45 *s, int32_t n, double *y, double *x, double *k, const double *absolute, double relative) {
    if (s->stage == 6) {
        const double error = ss_rk45_error(s, n, y, x, k, absolute, relative);
        const int32_t accepted = error <= 1.0;
        if (!(error == error)) ss_rk45_finite(s, n, y, k);
        s->next = s->h * ss_rk45_factor(error, s->rejected);
        s->rejected = !accepted;
        s->stage = 0;
        if (accepted) {
            s->at += s->h;
            for (int32_t j = 0; j < n; ++j) y[j] = x[j], k[j] = k[6 * n + j];
            if (s->last) return 0;
        }
    }
    if (s->stage == 0 && (s->trouble || !ss_rk45_try(s))) return 0;
    const double h = s->h;
    double c = 1.0;
    switch (++s->stage) {
    case 1:
        c = 0.2;
        for (int32_t j = 0; j < n; ++j) x[j] = y[j] + h * (0.2 * k[j]);
        break;
    case 2:
        c = 0.3;
        for (int32_t j = 0; j < n; ++j) x[j] = y[j] + h * (3.0 / 40.0 * k[j] + 9.0 / 40.0 * k[n + j]);
        break;
    case 3:
        c = 0.8;
        for (int32_t j = 0; j < n; ++j)
            x[j] = y[j] + h * (44.0 / 45.0 * k[j] - 56.0 / 15.0 * k[n + j] + 32.0 / 9.0 * k[2 * n + j]);
        break;
    case 4:
        c = 8.0 / 9.0;
        for (int32_t j = 0; j < n; ++j)
            x[j] = y[j] + h * (19372.0 / 6561.0 * k[j] - 25360.0 / 2187.0 * k[n + j]
                + 64448.0 / 6561.0 * k[2 * n + j] - 212.0 / 729.0 * k[3 * n + j]);
        break;
    case 5:
        for (int32_t j = 0; j < n; ++j)
            x[j] = y[j] + h * (9017.0 / 3168.0 * k[j] - 355.0 / 33.0 * k[n + j] + 46732.0 / 5247.0 * k[2 * n + j]
                + 49.0 / 176.0 * k[3 * n + j] - 5103.0 / 18656.0 * k[4 * n + j]);
        break;
    default:
        for (int32_t j = 0; j < n; ++j)
            x[j] = y[j] + h * (35.0 / 384.0 * k[j] + 500.0 / 1113.0 * k[2 * n + j] + 125.0 / 192.0 * k[3 * n + j]
                - 2187.0 / 6784.0 * k[4 * n + j] + 11.0 / 84.0 * k[5 * n + j]);
    }
    s->time = s->at + c * h;
    return 1;
}
