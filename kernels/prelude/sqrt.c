/* sqrt(x): the hardware's, correctly rounded. NaN below zero; -0 gives -0. */
// needs: types
static SS_INLINE double ss_sqrt(double x) { return __builtin_sqrt(x); }
