/* A drawn count as an int32: "no number" (INT32_MIN) where it was refused or does not fit. */
// needs: types
static SS_INLINE int32_t ss_count32(int64_t count) {
    return count >= 0 && count <= 0x7fffffff ? (int32_t)count : -0x7fffffff - 1;
}
