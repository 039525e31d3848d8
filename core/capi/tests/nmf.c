/* Non-negative factorizations of a matrix that has an exact one. */
#include "check.h"

#define REAL float
#define NAME(name) name##_f32
#define TOLERANCE 1e-3
#include "nmf.inc"
#undef REAL
#undef NAME
#undef TOLERANCE
#define REAL double
#define NAME(name) name##_f64
#define TOLERANCE 1e-3
#include "nmf.inc"

void test_nmf(void) {
    finds_the_parts_f32();
    finds_the_parts_f64();
    weighs_new_rows_f32();
    weighs_new_rows_f64();
    refuses_what_has_none_f32();
    refuses_what_has_none_f64();
}
