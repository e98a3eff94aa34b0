/* The exponential of a small matrix (row-major, n x n, n <= 64).
 * Method: scaling and squaring with the diagonal Pade approximant of degree 13 (Higham, SIAM J. Matrix Anal. Appl. 26,
 * 2005; it holds for a 1-norm up to 5.37). Before that the matrix is balanced by a diagonal of powers of two, which is
 * exact: a matrix in SI units has couplings of 1e9 beside rates of 1e2, and scaling the whole matrix down for those
 * would cost the small entries their digits. Balancing stops at the size of the largest diagonal entry.
 * Error: about 1e-15 of each entry for rates times dt up to 5, and of the slow modes at any rate; entries that only a
 * long chain of couplings reaches (20 of them: 1e-12) and decays by more than exp(-40) have fewer correct digits.
 * Singular matrices are no special case. NaN or inf anywhere gives NaN everywhere; it always ends.
 * work: SS_EXPM_WORK(n) doubles; a and out may be the same array. All loops run in a fixed order. */
// needs: bits
#define SS_EXPM_WORK(n) (6 * (n) * (n) + (n))

/* out = a b; out overlaps neither. */
static SS_ONCE void ss_matrix_multiply(int n, const double *restrict a, const double *restrict b, double *restrict out) {
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) out[i * n + j] = 0.0;
        for (int k = 0; k < n; k++) {
            double factor = a[i * n + k];
            for (int j = 0; j < n; j++) out[i * n + j] = __builtin_fma(factor, b[k * n + j], out[i * n + j]);
        }
    }
}

/* out = c6 a6 + c4 a4 + c2 a2 + c0 I, added to out where add is 1. */
static SS_ONCE void ss_matrix_polynomial(int n, const double *const *powers, const double *c, int add, double *out) {
    const double *a2 = powers[0], *a4 = powers[1], *a6 = powers[2];
    for (int i = 0; i < n * n; i++) {
        double start = add ? out[i] : 0.0;
        double identity = i % (n + 1) == 0 ? c[0] : 0.0;
        out[i] = start + __builtin_fma(c[3], a6[i], __builtin_fma(c[2], a4[i], __builtin_fma(c[1], a2[i], identity)));
    }
}

/* The largest sum of absolute values of a column; NaN if any entry is NaN. */
static SS_ONCE double ss_matrix_norm(int n, const double *a) {
    double norm = 0.0;
    for (int j = 0; j < n; j++) {
        double sum = 0.0;
        for (int i = 0; i < n; i++) sum += __builtin_fabs(a[i * n + j]);
        if (sum != sum) return sum;
        norm = sum > norm ? sum : norm;
    }
    return norm;
}

/* 2^e for -1022 <= e <= 1023. */
static SS_ONCE double ss_power_of_two(int e) { return ss_from_bits((uint64_t)(e + 1023) << 52); }

/* The exponent of the power of two at or below x; x is normal and positive. */
static SS_ONCE int ss_exponent(double x) { return (int)(ss_bits(x) >> 52) - 1023; }

/* One pass: brings each row and its column (without the diagonal) to the same size by a power of two, as far as they
 * are above the floor. exponents[i] collects the scale of variable i. Returns whether anything changed. */
static SS_ONCE int ss_matrix_balance(int n, double *a, double *exponents, double floor) {
    int changed = 0;
    for (int i = 0; i < n; i++) {
        double row = 0.0, column = 0.0;
        for (int j = 0; j < n; j++) {
            row += j == i ? 0.0 : __builtin_fabs(a[i * n + j]);
            column += j == i ? 0.0 : __builtin_fabs(a[j * n + i]);
        }
        int e = (ss_exponent(row > floor ? row : floor) - ss_exponent(column > floor ? column : floor)) / 2;
        if (e == 0 || __builtin_fabs(exponents[i] + e) > 500.0) continue;
        changed = 1;
        exponents[i] += e;
        for (int j = 0; j < n; j++) {
            a[i * n + j] *= j == i ? 1.0 : ss_power_of_two(-e);
            a[j * n + i] *= j == i ? 1.0 : ss_power_of_two(e);
        }
    }
    return changed;
}

/* x = q^-1 x by elimination with partial pivoting; q is overwritten. */
static SS_ONCE void ss_matrix_solve(int n, double *restrict q, double *restrict x) {
    for (int k = 0; k < n; k++) {
        int pivot = k;
        for (int i = k + 1; i < n; i++) {
            if (__builtin_fabs(q[i * n + k]) > __builtin_fabs(q[pivot * n + k])) pivot = i;
        }
        for (int j = 0; j < n && pivot != k; j++) {
            double from_q = q[k * n + j], from_x = x[k * n + j];
            q[k * n + j] = q[pivot * n + j];
            x[k * n + j] = x[pivot * n + j];
            q[pivot * n + j] = from_q;
            x[pivot * n + j] = from_x;
        }
        for (int i = k + 1; i < n; i++) {
            double factor = -q[i * n + k] / q[k * n + k];
            for (int j = k + 1; j < n; j++) q[i * n + j] = __builtin_fma(factor, q[k * n + j], q[i * n + j]);
            for (int j = 0; j < n; j++) x[i * n + j] = __builtin_fma(factor, x[k * n + j], x[i * n + j]);
        }
    }
    for (int k = n - 1; k >= 0; k--) {
        for (int j = 0; j < n; j++) x[k * n + j] /= q[k * n + k];
        for (int i = 0; i < k; i++) {
            double factor = -q[i * n + k];
            for (int j = 0; j < n; j++) x[i * n + j] = __builtin_fma(factor, x[k * n + j], x[i * n + j]);
        }
    }
}

/* The Pade approximant, |b| <= 5.37: afterwards out = exp(b) - I. work: 5 n^2; b is kept. */
static SS_ONCE void ss_expm_pade(int n, const double *b, double *out, double *work) {
    static const double odd_low[4] = {32382376266240000., 1187353796428800., 10559470521600., 33522128640.};
    static const double even_low[4] = {64764752532480000., 7771770303897600., 129060195264000., 670442572800.};
    static const double odd_high[4] = {0., 40840800., 16380., 1.};
    static const double even_high[4] = {0., 1323241920., 960960., 182.};
    int size = n * n;
    double *a2 = work, *a4 = work + size, *a6 = work + 2 * size, *even = work + 3 * size, *odd = work + 4 * size;
    const double *powers[3] = {a2, a4, a6};
    ss_matrix_multiply(n, b, b, a2);
    ss_matrix_multiply(n, a2, a2, a4);
    ss_matrix_multiply(n, a2, a4, a6);
    ss_matrix_polynomial(n, powers, odd_high, 0, out);
    ss_matrix_multiply(n, a6, out, even);
    ss_matrix_polynomial(n, powers, odd_low, 1, even);
    ss_matrix_multiply(n, b, even, odd);
    ss_matrix_polynomial(n, powers, even_high, 0, out);
    ss_matrix_multiply(n, a6, out, even);
    ss_matrix_polynomial(n, powers, even_low, 1, even);
    for (int i = 0; i < size; i++) {
        out[i] = odd[i] + odd[i];
        even[i] = even[i] - odd[i];
    }
    ss_matrix_solve(n, even, out);
}

/* From out = exp(b) - I to out = exp(b 2^squarings). Without the I as long as possible: exp(2b) - I = 2 e + e e keeps the
 * digits of slow variables beside fast ones. The last three squarings are plain, which keeps those of fast decays. */
static SS_ONCE void ss_expm_square(int n, double *out, int squarings, double *work) {
    int size = n * n;
    for (int s = 3; s < squarings; s++) {
        ss_matrix_multiply(n, out, out, work);
        for (int i = 0; i < size; i++) out[i] = __builtin_fma(2.0, out[i], work[i]);
    }
    for (int i = 0; i < n; i++) out[i * n + i] += 1.0;
    for (int s = squarings < 3 ? squarings : 3; s > 0; s--) {
        ss_matrix_multiply(n, out, out, work);
        for (int i = 0; i < size; i++) out[i] = work[i];
    }
}

static SS_ONCE void ss_expm(int n, const double *a, double *out, double *work) {
    int size = n * n;
    double *b = work, *rest = work + size, *exponents = work + 6 * size;
    double floor = 0.5;
    for (int i = 0; i < size; i++) b[i] = a[i];
    double norm = ss_matrix_norm(n, b);
    if (!(norm < SS_INFINITY)) {
        for (int i = 0; i < size; i++) out[i] = SS_NAN;
        return;
    }
    for (int i = 0; i < n; i++) {
        double diagonal = __builtin_fabs(b[i * n + i]);
        floor = diagonal > floor ? diagonal : floor;
        exponents[i] = 0.0;
    }
    for (int pass = 0; pass < 100 && ss_matrix_balance(n, b, exponents, floor); pass++) {}
    norm = ss_matrix_norm(n, b);
    int squarings = norm <= 5.37 ? 0 : ss_exponent(norm) - 1;
    for (int i = 0; i < size; i++) b[i] *= ss_power_of_two(-squarings);
    ss_expm_pade(n, b, out, rest);
    ss_expm_square(n, out, squarings, rest);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            /* by halves: the difference of two exponents can exceed the range of one power of two */
            int e = (int)(exponents[i] - exponents[j]);
            out[i * n + j] = out[i * n + j] * ss_power_of_two(e / 2) * ss_power_of_two(e - e / 2);
        }
    }
}
