/* One loop a line for every function that must vectorise; compiled only, the compiler's report is what counts. */
#include "prelude.inc"

#define LOOP1(f) void loop_##f(double *restrict y, const double *restrict x, int n) { for (int i = 0; i < n; i++) y[i] = ss_##f(x[i]); }
#define LOOP2(f) void loop_##f(double *restrict y, const double *restrict x, const double *restrict z, int n) { for (int i = 0; i < n; i++) y[i] = ss_##f(x[i], z[i]); }
#define LOOP_TO_INT(f) void loop_##f(int32_t *restrict y, const double *restrict x, int n) { for (int i = 0; i < n; i++) y[i] = ss_##f(x[i]); }
#define LOOP_INT(f) void loop_##f(int32_t *restrict y, const int32_t *restrict x, const int32_t *restrict z, int n) { for (int i = 0; i < n; i++) y[i] = ss_##f(x[i], z[i]); }
#define LOOP_RANDOM(f) void loop_##f(double *restrict y, uint64_t key, uint64_t step, int n) { for (int i = 0; i < n; i++) y[i] = ss_##f(key, step, (uint64_t)i); }

LOOP1(exp)
LOOP1(expm1)
LOOP1(exprel)
LOOP1(inverse_exprel)
LOOP1(log)
LOOP1(log1p)
LOOP1(log10)
LOOP1(sqrt)
LOOP1(sin)
LOOP1(cos)
LOOP1(tan)
LOOP1(sinh)
LOOP1(cosh)
LOOP1(tanh)
LOOP1(arcsin)
LOOP1(arccos)
LOOP1(arctan)
LOOP1(floor)
LOOP1(ceil)
LOOP1(sign)
LOOP1(abs)
LOOP2(pow)
LOOP2(mod)
LOOP2(floordiv)
LOOP_TO_INT(int)
LOOP_INT(imod)
LOOP_INT(ifloordiv)
void loop_clip(double *restrict y, const double *restrict x, int n) { for (int i = 0; i < n; i++) y[i] = ss_clip(x[i], -1.0, 1.0); } // LOOP
void loop_timestep(int64_t *restrict y, const double *restrict x, int n) { for (int i = 0; i < n; i++) y[i] = ss_timestep(x[i], 1e-4); } // LOOP
LOOP_RANDOM(uniform)
LOOP_RANDOM(normal)
