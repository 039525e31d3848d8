/* One call of lowrank, or none for the control, with sizes that only the running program knows: flash/rust is the same in
   Rust. */
#include "lowrank.h"

enum { M = 64, N = 32, K = 4, L = 8, D = 16, SIZE = 4, AXES = 2 };

#if defined CALL_svd
static volatile size_t rows = M, columns = N, rank = K, width = L, rounds = 8;
static const float a[M * N] = {1};
static float u[M * K], s[K], v[N * K], residuals[K], workspace[LOWRANK_WORKSPACE_LEN(M, N, L)];
static lowrank_svd_report_f32 report;

int main(void) {
    lowrank_matrix_f32 matrix = LOWRANK_MATRIX(a, rows, columns);
    lowrank_svd_settings settings = {rank, width, rounds, 0};
    lowrank_svd_factors_f32 factors = {LOWRANK_BUFFER(u), LOWRANK_BUFFER(s), LOWRANK_BUFFER(v),
                                       LOWRANK_BUFFER(residuals)};
    lowrank_buffer_f32 buffer = LOWRANK_BUFFER(workspace);
    return lowrank_svd_f32(matrix, settings, factors, buffer, &report);
}
#elif defined CALL_nmf
static volatile size_t rows = M, columns = N, rank = K, width = L, iterations = 30000;
static const float a[M * N] = {1};
static float w[M * K], h[N * K], workspace[LOWRANK_WORKSPACE_LEN(M, N, L)];
static lowrank_nmf_report_f32 report;

int main(void) {
    lowrank_matrix_f32 matrix = LOWRANK_MATRIX(a, rows, columns);
    lowrank_nmf_settings settings = {rank, width, iterations, 5e-6, 0};
    lowrank_nmf_factors_f32 factors = {LOWRANK_BUFFER(w), LOWRANK_BUFFER(h)};
    lowrank_buffer_f32 buffer = LOWRANK_BUFFER(workspace);
    return lowrank_nmf_f32(matrix, settings, factors, buffer, &report);
}
#elif defined CALL_fold_in
static uint8_t bytes[220];
static float numbers[9], weights[6], residual;

int main(void) {
    lowrank_view_u8 view = LOWRANK_BUFFER(bytes);
    lowrank_view_f32 row = LOWRANK_BUFFER(numbers);
    lowrank_buffer_f32 result = LOWRANK_BUFFER(weights);
    lowrank_model model;
    lowrank_status status = lowrank_model_open(view, &model);
    return status != LOWRANK_STATUS_OK ? status : lowrank_nmf_fold_in(model, row, 20, result, &residual);
}
#elif defined CALL_pca
static uint8_t bytes[220];
static float numbers[9], scores[3], residual;

int main(void) {
    lowrank_view_u8 view = LOWRANK_BUFFER(bytes);
    lowrank_view_f32 row = LOWRANK_BUFFER(numbers);
    lowrank_buffer_f32 result = LOWRANK_BUFFER(scores);
    lowrank_model model;
    lowrank_status status = lowrank_model_open(view, &model);
    return status != LOWRANK_STATUS_OK ? status : lowrank_pca_project(model, row, result, &residual);
}
#elif defined CALL_sketch
static volatile size_t columns = D, size = SIZE, rank = AXES, frames = 100;
static float memory[LOWRANK_SKETCH_LEN(D, SIZE)], numbers[D], axes[D * AXES], values[AXES], means[D];

int main(void) {
    lowrank_buffer_f32 buffer = LOWRANK_BUFFER(memory);
    lowrank_view_f32 row = LOWRANK_BUFFER(numbers);
    lowrank_sketch_axes_f32 result = {LOWRANK_BUFFER(axes), LOWRANK_BUFFER(values), LOWRANK_BUFFER(means)};
    lowrank_sketch_f32 sketch;
    lowrank_status status = lowrank_sketch_begin_f32(&sketch, buffer, columns, size, 1);
    size_t i;
    for (i = 0; i < frames && status == LOWRANK_STATUS_OK; i++) {
        status = lowrank_sketch_push_f32(&sketch, row);
    }
    return status != LOWRANK_STATUS_OK ? status : lowrank_sketch_finish_f32(&sketch, rank, result);
}
#else
int main(void) {
    return 0;
}
#endif
