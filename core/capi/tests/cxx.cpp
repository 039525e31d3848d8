// The header in C++11.
#include "check.h"

void test_cxx() {
    static float a[4] = {3, 0, 0, 2}, u[2], s[1], v[2], residuals[1];
    static float workspace[LOWRANK_WORKSPACE_LEN(2, 2, 2)];
    lowrank_svd_report_f32 report;
    lowrank_svd_factors_f32 factors = {{u, 2}, {s, 1}, {v, 2}, {residuals, 1}};
    CHECK_STATUS(lowrank_svd_f32(LOWRANK_MATRIX(a, 2, 2), LOWRANK_SVD_SETTINGS(1, 2), factors,
                                 LOWRANK_BUFFER(workspace), &report),
                 LOWRANK_STATUS_OK);
    CHECK(absolute(s[0] - 3) < 1e-6 && report.converged);
    CHECK_STATUS(lowrank_svd_f32({nullptr, 4, 2, 2}, LOWRANK_SVD_SETTINGS(1, 2), factors,
                                 LOWRANK_BUFFER(workspace), &report),
                 LOWRANK_STATUS_NULL);
}
