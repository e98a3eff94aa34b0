/* A fixed stream of test arguments (xorshift64*), for all drivers. */
static uint64_t sample_state = 0x9E3779B97F4A7C15u;

static uint64_t sample_bits(void) {
    sample_state ^= sample_state >> 12;
    sample_state ^= sample_state << 25;
    sample_state ^= sample_state >> 27;
    return sample_state * 0x2545F4914F6CDD1Du;
}

/* Evenly distributed in [low, high). */
static double between(double low, double high) {
    return low + (high - low) * ((double)(sample_bits() >> 11) * 0x1p-53);
}

/* Any double: every exponent, NaN and infinities included; none that flush-to-zero would change. */
static double any_double(void) {
    double x = ss_from_bits(sample_bits());
    return __builtin_fabs(x) < 0x1p-1022 ? 0.0 : x;
}
