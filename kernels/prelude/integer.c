/* Rounding, sign, clip, modulo and the conversions to integers; also on int32, whose "no number" is INT32_MIN: a later
 * check of the kernel turns that value into 'diverged'.
 * Modulo and floor division are those of Python: the result of a modulo has the sign of y, floordiv is the floor of
 * the exact quotient (one less than floor(x / y) where that division rounds up to an integer), and
 * x = y * floordiv + mod up to the rounding of mod. Exact for |x / y| < 2^53. y = 0 gives NaN and an infinite or NaN
 * quotient. The int32 versions divide as doubles (exact: both fit), so they vectorise; x // 0, x % 0 and
 * INT32_MIN / -1 give INT32_MIN. */
// needs: bits
static SS_INLINE double ss_floor(double x) { return __builtin_floor(x); }

static SS_INLINE double ss_ceil(double x) { return __builtin_ceil(x); }

static SS_INLINE double ss_abs(double x) { return __builtin_fabs(x); }

/* -1, 0 or 1; NaN for NaN. */
static SS_INLINE double ss_sign(double x) {
    double sign = x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : 0.0);
    return x == x ? sign : x;
}

/* The smaller and the larger of two; the second where one is NaN. */
static SS_INLINE double ss_min(double x, double y) { return x < y ? x : y; }

static SS_INLINE double ss_max(double x, double y) { return x > y ? x : y; }

static SS_INLINE double ss_clip(double x, double low, double high) {
    double below = x > high ? high : x;
    return x < low ? low : below;
}

static SS_INLINE double ss_mod(double x, double y) {
    double quotient = __builtin_floor(x / y);
    double rest = quotient == 0.0 ? x : __builtin_fma(-y, quotient, x);
    int wrong_side = ((rest < 0.0) & (y > 0.0)) | ((rest > 0.0) & (y < 0.0));
    rest = wrong_side ? rest + y : rest;
    double zero = __builtin_copysign(0.0, y);
    return rest == 0.0 ? zero : rest;
}

static SS_INLINE double ss_floordiv(double x, double y) {
    double quotient = __builtin_floor(x / y);
    double rest = quotient == 0.0 ? x : __builtin_fma(-y, quotient, x);
    int wrong_side = ((rest < 0.0) & (y > 0.0)) | ((rest > 0.0) & (y < 0.0));
    int exact = __builtin_fabs(quotient) < 0x1p53;
    return (wrong_side & exact) ? quotient - 1.0 : quotient;
}

/* Truncation to int32; NaN and what does not fit give INT32_MIN. */
static SS_INLINE int32_t ss_int(double x) {
    int fits = (x > -2147483649.0) & (x < 2147483648.0);
    double safe = fits ? x : -2147483648.0;
    return (int32_t)safe;
}

static SS_INLINE int32_t ss_ifloordiv(int32_t x, int32_t y) {
    return ss_int(__builtin_floor((double)x / (double)y));
}

static SS_INLINE int32_t ss_imod(int32_t x, int32_t y) {
    double divisor = (double)y;
    double quotient = __builtin_floor((double)x / divisor);
    double rest = __builtin_fma(-divisor, quotient, (double)x);
    return ss_int(quotient < 2147483648.0 ? rest : SS_NAN);
}

/* The index of the time step that t lies in, with a tolerance of a thousandth of a step; INT64_MIN where it is no
 * number or beyond 2^51. */
static SS_INLINE int64_t ss_timestep(double t, double dt) {
    double steps = __builtin_trunc((t + 1e-3 * dt) / dt);
    uint64_t index = ss_bits(steps + SS_SHIFT) - ss_bits(SS_SHIFT);
    return (int64_t)(__builtin_fabs(steps) < 0x1p51 ? index : 0x8000000000000000u);
}
