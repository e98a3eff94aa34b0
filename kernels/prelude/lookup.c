/* Values of timed arrays: row k of the data belongs to the times from k*spacing on. Before the first row the first holds,
 * after the last one the last. As in Brian, a row begins a little early, by half of 1/finer of the spacing, so that a
 * time k*dt that was rounded down finds the row that begins there (Brian2 2.11, input/timedarray.py). */
// needs: bits
/* Brian's K, max(2**ceil(log2(8/dt*spacing)), 1): into so many parts the spacing is cut, a power of two, that a step of the
 * simulation has at least eight of them. */
static inline double ss_finer(double spacing, double dt) {
    const double wanted = 8.0 / dt * spacing;
    double finer = 1.0;
    while (finer < wanted && finer < 0x1p100) finer *= 2.0;
    return finer;
}

/* The row that holds at a time: int((t/epsilon + 0.5)/finer) with epsilon = spacing/finer, within the rows. */
static SS_INLINE int32_t ss_time_bin(double t, double spacing, double finer, int64_t rows) {
    const double last = (double)(rows - 1);
    double bin = (t / (spacing / finer) + 0.5) / finer;
    bin = bin > 0.0 ? bin : 0.0;
    bin = bin < last ? bin : last;
    return (int32_t)bin;
}

/* Rows from the first one, with a fraction, within the rows. */
static SS_INLINE double ss_time_position(double t, double spacing, int64_t rows) {
    const double last = (double)(rows - 1);
    double position = t / spacing;
    position = position > 0.0 ? position : 0.0;
    return position < last ? position : last;
}

static SS_INLINE double ss_sample(const double *values, int32_t row) { return values[row]; }

/* NaN where there is no such column. */
static SS_INLINE double ss_entry(const double *values, int64_t columns, int32_t row, int32_t column) {
    const int32_t inside = (column >= 0) & (column < columns);
    const double value = values[row * columns + (inside ? column : 0)];
    return inside ? value : SS_NAN;
}

/* On the straight line between two rows; NaN where there is no such column. */
static SS_INLINE double ss_between(const double *values, int64_t rows, int64_t columns, double position, int32_t column) {
    const int32_t row = (int32_t)position, next = row + 1 < rows ? row + 1 : row;
    const double before = ss_entry(values, columns, row, column), after = ss_entry(values, columns, next, column);
    return before + (position - (double)row) * (after - before);
}
