/* The macros of the header are the functions, and the texts are those of the codes. */
#include "check.h"

static float workspace[LOWRANK_WORKSPACE_LEN(16, 8, 6)];
static double buffer[LOWRANK_SKETCH_LEN(5, 3)];

static int begins_with(const char *text, const char *start) {
    while (*start != 0 && *text == *start) {
        text++;
        start++;
    }
    return *start == 0;
}

void test_header(void) {
    size_t rows, columns, width;
    lowrank_svd_settings svd = LOWRANK_SVD_SETTINGS(3, 6);
    lowrank_nmf_settings nmf = LOWRANK_NMF_SETTINGS(3, 6);
    lowrank_buffer_f32 whole = LOWRANK_BUFFER(workspace);
    lowrank_buffer_f64 numbers = LOWRANK_BUFFER(buffer);
    int32_t status;

    for (rows = 0; rows < 70; rows += 7) {
        for (columns = 1; columns < 50; columns += 6) {
            for (width = 0; width < 20; width += 3) {
                CHECK(LOWRANK_WORKSPACE_LEN(rows, columns, width) == lowrank_workspace_len(rows, columns, width));
            }
            CHECK(LOWRANK_SKETCH_LEN(columns, rows) == lowrank_sketch_len(columns, rows));
        }
    }
    CHECK(LOWRANK_WORKSPACE_LEN(16, 8, 6) == 6 * (16 + 8 + 30 + 7));
    /* Lengths that no memory has are the largest one, which no buffer holds. */
    CHECK(lowrank_workspace_len(SIZE_MAX, 8, 6) == SIZE_MAX);
    CHECK(lowrank_workspace_len(16, 8, SIZE_MAX) == SIZE_MAX);
    CHECK(lowrank_sketch_len(SIZE_MAX, 3) == SIZE_MAX);
    CHECK(lowrank_sketch_len(5, SIZE_MAX / 2) == SIZE_MAX);

    CHECK(whole.data == workspace && whole.length == 366);
    CHECK(numbers.length == lowrank_sketch_len(5, 3));
    CHECK(svd.rank == 3 && svd.width == 6 && svd.power_iterations == 8 && svd.seed == 0);
    CHECK(nmf.rank == 3 && nmf.iterations == 30000 && nmf.tolerance == 5e-6);

    CHECK(begins_with(lowrank_message(LOWRANK_STATUS_OK), "done"));
    CHECK(begins_with(lowrank_message(LOWRANK_STATUS_MISALIGNED), "a pointer is not aligned"));
    CHECK(begins_with(lowrank_message(LOWRANK_STATUS_OTHER), "an error without"));
    for (status = LOWRANK_STATUS_OTHER; status <= LOWRANK_STATUS_OK; status++) {
        CHECK(!begins_with(lowrank_message(status), "no code"));
    }
    CHECK(begins_with(lowrank_message(1), "no code"));
    CHECK(begins_with(lowrank_message(INT32_MIN), "no code"));
    CHECK(begins_with(lowrank_message(INT32_MAX), "no code"));
}
