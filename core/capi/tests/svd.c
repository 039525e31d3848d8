/* Truncated SVDs of matrices whose singular values are known. */
#include "check.h"

/* The sign of entry (i, j) of a Hadamard matrix: its columns are orthogonal. */
static int sign(unsigned i, unsigned j) {
    unsigned common = i & j;
    int sign = 1;
    for (; common != 0; common >>= 1) {
        if (common & 1) {
            sign = -sign;
        }
    }
    return sign;
}

#define REAL float
#define NAME(name) name##_f32
#define TOLERANCE 2e-5
#include "svd.inc"
#undef REAL
#undef NAME
#undef TOLERANCE
#define REAL double
#define NAME(name) name##_f64
#define TOLERANCE 1e-13
#include "svd.inc"

void test_svd(void) {
    finds_singular_values_f32();
    finds_singular_values_f64();
    swaps_rows_and_columns_f32();
    swaps_rows_and_columns_f64();
    tells_what_is_missing_f32();
    tells_what_is_missing_f64();
}
