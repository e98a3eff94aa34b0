/* The integer types of a kernel. A kernel includes no header; the compiler's own names are used because int64_t is
 * `long` on one system and `long long` on another.
 * SS_INLINE marks functions that are called for every element: a loop vectorises only if every call in it is inlined, and
 * compilers stop doing that on their own when a kernel has many. * SS_COLD marks what runs once a point: small code compiles in half the time. SS_ONCE marks what mostly does: a kernel
 * that needs it in steps defines it as nothing. */
typedef __INT64_TYPE__ int64_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INT32_TYPE__ int32_t;
typedef __UINT32_TYPE__ uint32_t;
#define SS_INLINE inline __attribute__((always_inline))
#define SS_COLD __attribute__((cold))
#ifndef SS_ONCE
#define SS_ONCE SS_COLD
#endif
