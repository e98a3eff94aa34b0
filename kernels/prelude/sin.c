/* sin(x).
 * Method: sincos. Error: below 0.8 ulp for |x| < 2^48. |x| >= 2^48, inf and NaN give NaN; the sign of zero is kept. */
// needs: sincos
static SS_INLINE double ss_sin(double x) {
    double high, low;
    uint64_t quadrant = ss_trig_reduce(x, &high, &low);
    double y = ss_sin_quadrant(quadrant, high, low);
    return x == 0.0 ? x : y;
}
