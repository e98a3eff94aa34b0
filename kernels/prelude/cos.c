/* cos(x).
 * Method: sincos, as the sine one quadrant further. Error: below 0.8 ulp for |x| < 2^48. |x| >= 2^48, inf and NaN give
 * NaN. */
// needs: sincos
static SS_INLINE double ss_cos(double x) {
    double high, low;
    uint64_t quadrant = ss_trig_reduce(x, &high, &low);
    return ss_sin_quadrant(quadrant + 1, high, low);
}
