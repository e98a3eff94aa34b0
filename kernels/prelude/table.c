/* Tables with interpolation: four numbers a row, x, y, the slope to the next row (0 in the last one) and, in the first
 * row, the inverse of the spacing where x are equidistant. A row is found by its number where they are, else by bisection;
 * both find the same: the last x that is not above the argument. Ways: 0 a straight line, 1 the row before, 2 the nearest
 * row (the upper one of two that are as near). Outside of the table the value at its end holds, or NaN.
 * The same in Rust: kernels/src/data/table.rs. */
// needs: bits

/* The value, given the argument held within the table and its row. */
static SS_INLINE double ss_table_row(const double *values, int32_t rows, double x, double inside, int32_t row,
                                     int32_t way, int32_t outside) {
    const int32_t at = 4 * row, next = row + 1 < rows ? at + 4 : at;
    double y = values[at + 1];
    if (way == 0) y = y + values[at + 2] * (inside - values[at]);
    if (way == 2) y = inside - values[at] < values[next] - inside ? y : values[next + 1];
    y = outside & (x != inside) ? SS_NAN : y;
    return x == x ? y : SS_NAN;
}

static SS_INLINE double ss_table_inside(const double *values, int32_t rows, double x) {
    const double first = values[0], last = values[4 * (rows - 1)];
    const double above = x > first ? x : first;
    return above < last ? above : last;
}

static SS_INLINE double ss_table_even(const double *values, int64_t count, double x, int32_t way, int32_t outside) {
    const int32_t rows = (int32_t)count;
    const double inside = ss_table_inside(values, rows, x);
    int32_t row = (int32_t)((inside - values[0]) * values[3]);
    row = row < rows - 1 ? row : rows - 1;
    /* Rounding, and spacing that is only nearly even, may miss by one. */
    row -= inside < values[4 * row] ? 1 : 0;
    const int32_t next = row + 1 < rows ? row + 1 : row;
    row = inside >= values[4 * next] ? next : row;
    return ss_table_row(values, rows, x, inside, row, way, outside);
}

static SS_INLINE double ss_table_sorted(const double *values, int64_t count, double x, int32_t way, int32_t outside) {
    const int32_t rows = (int32_t)count;
    const double inside = ss_table_inside(values, rows, x);
    int32_t row = 0, left = rows;
    while (left > 1) {
        const int32_t half = left / 2;
        row = values[4 * (row + half)] <= inside ? row + half : row;
        left -= half;
    }
    return ss_table_row(values, rows, x, inside, row, way, outside);
}
