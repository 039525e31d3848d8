/* lowrank and another static library in Rust in one program: second.rs, or with -DTHIRD third.rs. */
#include "lowrank.h"
#include <stdio.h>

#ifdef THIRD
uint64_t third_quotient(uint64_t number, uint64_t divisor);
#define OTHER third_quotient(35, 7)
#else
size_t second_digits(uint64_t number);
#define OTHER second_digits(12345)
#endif

int main(void) {
    static double a[4] = {3, 0, 0, 2}, u[2], s[1], v[2], residuals[1], workspace[LOWRANK_WORKSPACE_LEN(2, 2, 2)];
    lowrank_matrix_f64 matrix = LOWRANK_MATRIX(a, 2, 2);
    lowrank_svd_settings settings = LOWRANK_SVD_SETTINGS(1, 2);
    lowrank_svd_factors_f64 factors = {LOWRANK_BUFFER(u), LOWRANK_BUFFER(s), LOWRANK_BUFFER(v),
                                       LOWRANK_BUFFER(residuals)};
    lowrank_buffer_f64 buffer = LOWRANK_BUFFER(workspace);
    lowrank_svd_report_f64 report;
    lowrank_status status = lowrank_svd_f64(matrix, settings, factors, buffer, &report);
    unsigned other = (unsigned)OTHER;
    printf("%s: %.3f, the other library: %u\n", lowrank_message(status), s[0], other);
    return status != LOWRANK_STATUS_OK || s[0] < 2.999 || s[0] > 3.001 || other != 5;
}
