/* Reads lines `function x [y [z]]` with doubles as bits, and prints the bits of what each gives: every function of the
 * language that is a function of numbers, and tables. */
#include "prelude.inc"
#include <stdio.h>
#include <string.h>

static double real(unsigned long long bits) { return ss_from_bits(bits); }

int main(void) {
    char name[64], line[400];
    unsigned long long a, b, c;
    while (fgets(line, sizeof line, stdin)) {
        a = b = c = 0;
        if (sscanf(line, "%63s %llx %llx %llx", name, &a, &b, &c) < 2) continue;
        double x = real(a), y = real(b), z = real(c), value = 0.0;
        int known = 1;
#define ONE(f)                                                                                                         \
    else if (!strcmp(name, #f)) value = ss_##f(x);
        if (!strcmp(name, "clip")) value = ss_clip(x, y, z);
        else if (!strcmp(name, "min")) value = ss_min(x, y);
        else if (!strcmp(name, "max")) value = ss_max(x, y);
        else if (!strcmp(name, "timestep")) value = (double)ss_timestep(x, y);
        else if (!strcmp(name, "int")) value = (double)ss_int(x);
        ONE(abs) ONE(arccos) ONE(arcsin) ONE(arctan) ONE(ceil) ONE(cos) ONE(cosh) ONE(exp) ONE(expm1) ONE(exprel)
        ONE(floor) ONE(log) ONE(log10) ONE(log1p) ONE(sign) ONE(sin) ONE(sinh) ONE(sqrt) ONE(tan) ONE(tanh)
        else known = 0;
        printf("%d %llx\n", known, (unsigned long long)ss_bits(value));
    }
    return 0;
}
