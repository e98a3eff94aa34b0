/* The propagator of dx/dt = M x + b over one step: P = exp(M dt) and F = integral of exp(M s) ds, s in [0, dt], from one
   exponential of the block matrix [[M, 1], [0, 0]] (Van Loan 1978, IEEE Trans. Autom. Control 23(3), theorem 1). */
// needs: expm
static SS_ONCE void ss_propagator(int32_t n, const double *m, double dt, double *p, double *f, double *work) {
    const int32_t w = 2 * n;
    double *const block = work, *const power = work + w * w, *const rest = power + w * w;
    for (int32_t k = 0; k < w * w; ++k) block[k] = 0.0;
    for (int32_t i = 0; i < n; ++i) {
        for (int32_t j = 0; j < n; ++j) block[i * w + j] = m[i * n + j] * dt;
        block[i * w + n + i] = dt;
    }
    ss_expm(w, block, power, rest);
    for (int32_t i = 0; i < n; ++i)
        for (int32_t j = 0; j < n; ++j) {
            p[i * n + j] = power[i * w + j];
            f[i * n + j] = power[i * w + n + j];
        }
}
