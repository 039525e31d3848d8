/* Models that tests/golden/device_models.py wrote, and the results of SciPy and NumPy with them. */
#include "check.h"
#include "golden.h"

enum { MOST = 12 };

static float weights[2 * MOST], again[MOST];
static lowrank_term terms[MOST];
static uint8_t copy[400];

lowrank_model golden_model(const struct golden_case *one) {
    lowrank_view_u8 bytes;
    lowrank_model model;
    bytes.data = one->blob;
    bytes.length = one->length;
    CHECK_STATUS(lowrank_model_open(bytes, &model), LOWRANK_STATUS_OK);
    CHECK(model.method == one->method && model.columns == one->columns && model.components == one->components);
    return model;
}

const struct golden_case *golden_case_of(uint32_t method, int of_texts) {
    size_t i;
    for (i = 0; i < golden_cases_count; i++) {
        if (golden_cases[i].method == method && golden_cases[i].of_texts == of_texts) {
            return &golden_cases[i];
        }
    }
    CHECK(!"there is such a case");
    return golden_cases;
}

static lowrank_buffer_f32 buffer_of(float *data, size_t length) {
    lowrank_buffer_f32 buffer;
    buffer.data = data;
    buffer.length = length;
    return buffer;
}

static lowrank_line line_of(const struct golden_row *row) {
    lowrank_line line;
    line.text = row->line;
    line.length = row->line_length;
    line.terms = terms;
    line.room = MOST;
    return line;
}

static lowrank_view_f32 view_of(const struct golden_row *row) {
    lowrank_view_f32 view;
    view.data = row->row;
    view.length = row->length;
    return view;
}

/* The nonzeros of a row, the last one first. */
static lowrank_sparse_row sparse_of(const struct golden_row *row) {
    static uint32_t indices[MOST];
    static float values[MOST];
    lowrank_sparse_row sparse;
    size_t i;
    sparse.indices = indices;
    sparse.values = values;
    sparse.length = 0;
    for (i = row->length; i-- > 0;) {
        if (row->row[i] < 0 || row->row[i] > 0) {
            indices[sparse.length] = (uint32_t)i;
            values[sparse.length++] = row->row[i];
        }
    }
    return sparse;
}

static void check_row(const struct golden_case *one, const struct golden_row *row, float residual) {
    double largest = 1;
    size_t j;
    for (j = 0; j < one->components; j++) {
        double size = absolute((double)row->weights[j]);
        largest = size > largest ? size : largest;
    }
    for (j = 0; j < one->components; j++) {
        CHECK(absolute((double)(weights[j] - row->weights[j])) <= 4e-5 * largest);
    }
    CHECK(absolute((double)(residual - row->residual)) <= 1e-3 * (1 + absolute((double)row->residual)));
}

static void check_case(const struct golden_case *one) {
    const lowrank_model model = golden_model(one);
    const size_t k = one->components;
    size_t i;
    for (i = 0; i < one->count; i++) {
        const struct golden_row *row = &one->rows[i];
        float residual = -1;
        if (one->of_texts) {
            CHECK_STATUS(lowrank_nmf_fold_in_line(model, line_of(row), 200, buffer_of(weights, 2 * k), &residual),
                         LOWRANK_STATUS_OK);
        } else if (one->method == LOWRANK_METHOD_NMF) {
            CHECK_STATUS(lowrank_nmf_fold_in(model, view_of(row), 200, buffer_of(weights, 2 * k), &residual),
                         LOWRANK_STATUS_OK);
            check_row(one, row, residual);
            CHECK_STATUS(
                lowrank_nmf_fold_in_sparse(model, sparse_of(row), 200, buffer_of(weights, 2 * k), &residual),
                LOWRANK_STATUS_OK);
        } else if (one->method == LOWRANK_METHOD_SVD) {
            CHECK_STATUS(lowrank_svd_project(model, view_of(row), buffer_of(weights, k), &residual), LOWRANK_STATUS_OK);
            check_row(one, row, residual);
            CHECK_STATUS(lowrank_svd_project_sparse(model, sparse_of(row), buffer_of(weights, k), &residual),
                         LOWRANK_STATUS_OK);
        } else {
            CHECK_STATUS(lowrank_pca_project(model, view_of(row), buffer_of(weights, k), &residual), LOWRANK_STATUS_OK);
        }
        check_row(one, row, residual);
    }
}

/* ||x - reconstruction|| is the residual, where the columns are not scaled. */
static void check_reconstruction(const struct golden_case *one) {
    const lowrank_model model = golden_model(one);
    const struct golden_row *row = one->rows;
    lowrank_view_f32 w;
    double squares = 0;
    size_t i;
    w.data = row->weights;
    w.length = one->components;
    CHECK_STATUS(lowrank_model_reconstruct(model, w, buffer_of(again, one->columns)), LOWRANK_STATUS_OK);
    for (i = 0; i < one->columns; i++) {
        double left = (double)(row->row[i] - again[i]);
        squares += left * left;
    }
    CHECK(absolute(squares - (double)(row->residual * row->residual)) < 1e-3 * (1 + squares));
}

static void check_thresholds(const struct golden_case *one) {
    static const float shares[] = {0.5f, 0.9f, 0.99f, 0.999f, 1};
    const lowrank_model model = golden_model(one);
    float found = -1;
    volatile float zero = 0;
    size_t i;
    for (i = 0; i < 5; i++) {
        if (one->thresholds[0] < 0) {
            CHECK_STATUS(lowrank_model_threshold(model, shares[i], &found), LOWRANK_STATUS_NO_THRESHOLD);
            continue;
        }
        CHECK_STATUS(lowrank_model_threshold(model, shares[i], &found), LOWRANK_STATUS_OK);
        CHECK(absolute((double)(found - one->thresholds[i])) <= 0);
    }
    CHECK_STATUS(lowrank_model_threshold(model, 1.5f, &found), LOWRANK_STATUS_NO_THRESHOLD);
    CHECK_STATUS(lowrank_model_threshold(model, zero / zero, &found), LOWRANK_STATUS_NO_THRESHOLD);
}

static lowrank_status open_changed(const struct golden_case *one, size_t place, uint8_t byte, size_t length) {
    lowrank_view_u8 bytes;
    lowrank_model model;
    size_t i;
    for (i = 0; i < one->length; i++) {
        copy[i] = i == place ? byte : one->blob[i];
    }
    bytes.data = copy;
    bytes.length = length;
    return lowrank_model_open(bytes, &model);
}

/* Each byte that is changed, and each length that is cut. */
static void check_broken(const struct golden_case *one) {
    size_t i;
    for (i = 0; i < one->length; i++) {
        CHECK(open_changed(one, i, (uint8_t)(one->blob[i] ^ 0x10), one->length) != LOWRANK_STATUS_OK);
        CHECK(open_changed(one, SIZE_MAX, 0, i) != LOWRANK_STATUS_OK);
    }
    CHECK_STATUS(open_changed(one, 0, 'X', one->length), LOWRANK_STATUS_NOT_A_MODEL);
    CHECK_STATUS(open_changed(one, 4, 2, one->length), LOWRANK_STATUS_VERSION);
    CHECK_STATUS(open_changed(one, 60, (uint8_t)(one->blob[60] + 1), one->length), LOWRANK_STATUS_CHECKSUM);
    CHECK_STATUS(open_changed(one, SIZE_MAX, 0, one->length - 1), LOWRANK_STATUS_CUT);
    /* What follows a model is not looked at. */
    CHECK_STATUS(open_changed(one, SIZE_MAX, 0, one->length + 1), LOWRANK_STATUS_OK);
}

static void check_refused_rows(const struct golden_case *one) {
    static uint32_t index[] = {1000000};
    static float value[] = {1}, row[MOST];
    const lowrank_model model = golden_model(one);
    lowrank_model other = model;
    lowrank_view_f32 view = view_of(one->rows);
    lowrank_sparse_row sparse;
    volatile float zero = 0;
    float residual;
    size_t i;
    sparse.indices = index;
    sparse.values = value;
    sparse.length = 1;
    for (i = 0; i < view.length; i++) {
        row[i] = 1;
    }
    CHECK_STATUS(lowrank_nmf_fold_in_sparse(model, sparse, 9, buffer_of(weights, 2 * MOST), &residual),
                 LOWRANK_STATUS_INDEX);
    view.length--;
    CHECK_STATUS(lowrank_nmf_fold_in(model, view, 9, buffer_of(weights, 2 * MOST), &residual), LOWRANK_STATUS_LENGTH);
    view.length++;
    view.data = row;
    row[2] = -1;
    CHECK_STATUS(lowrank_nmf_fold_in(model, view, 9, buffer_of(weights, 2 * MOST), &residual), LOWRANK_STATUS_NEGATIVE);
    row[2] = zero / zero;
    CHECK_STATUS(lowrank_nmf_fold_in(model, view, 9, buffer_of(weights, 2 * MOST), &residual),
                 LOWRANK_STATUS_NON_FINITE);
    row[2] = 3e38f;
    CHECK_STATUS(lowrank_nmf_fold_in(model, view, 9, buffer_of(weights, 2 * MOST), &residual), LOWRANK_STATUS_OVERFLOW);
    CHECK_STATUS(lowrank_pca_project(model, view, buffer_of(weights, MOST), &residual), LOWRANK_STATUS_METHOD);
    CHECK_STATUS(lowrank_svd_project(model, view, buffer_of(weights, MOST), &residual), LOWRANK_STATUS_METHOD);
    other.length--;
    CHECK_STATUS(lowrank_nmf_fold_in(other, view, 9, buffer_of(weights, 2 * MOST), &residual), LOWRANK_STATUS_STATE);
    other = model;
    other.bytes = copy;
    CHECK_STATUS(lowrank_nmf_fold_in(other, view, 9, buffer_of(weights, 2 * MOST), &residual), LOWRANK_STATUS_STATE);
}

static void check_lines(const struct golden_case *texts, const struct golden_case *numbers) {
    const lowrank_model model = golden_model(texts);
    lowrank_line line = line_of(texts->rows);
    float residual = -1;
    CHECK_STATUS(lowrank_nmf_fold_in_line(golden_model(numbers), line, 9, buffer_of(weights, 2 * MOST), &residual),
                 LOWRANK_STATUS_NO_WORDS);
    line.length = 0;
    CHECK_STATUS(lowrank_nmf_fold_in_line(model, line, 9, buffer_of(weights, 2 * MOST), &residual), LOWRANK_STATUS_OK);
    CHECK(absolute((double)weights[0]) <= 0 && absolute((double)residual) <= 0);
    line.length = texts->rows->line_length;
    line.room = 0;
    CHECK_STATUS(lowrank_nmf_fold_in_line(model, line, 9, buffer_of(weights, 2 * MOST), &residual),
                 LOWRANK_STATUS_TOO_MANY_TERMS);
}

static void check_user(const struct golden_user *user) {
    static float numbers[LOWRANK_COMPLETION_LEN(2)];
    lowrank_model model;
    lowrank_sparse_row nobody = user->ratings;
    lowrank_view_f32 w;
    float bias = -9, rating = -9;
    uint32_t i;
    CHECK_STATUS(lowrank_model_open(user->blob, &model), LOWRANK_STATUS_OK);
    CHECK(model.method == LOWRANK_METHOD_COMPLETION && model.components == 2 && model.columns == user->items);
    w.data = numbers;
    w.length = 2;
    CHECK_STATUS(
        lowrank_completion_fold_in(model, user->ratings, buffer_of(numbers, LOWRANK_COMPLETION_LEN(2)), &bias),
        LOWRANK_STATUS_OK);
    for (i = 0; i < 2; i++) {
        CHECK(absolute((double)(numbers[i] - user->weights[i])) < 1e-4);
    }
    CHECK(absolute((double)(bias - user->bias)) < 1e-4);
    for (i = 0; i < user->items; i++) {
        CHECK_STATUS(lowrank_completion_predict(model, i, w, bias, &rating), LOWRANK_STATUS_OK);
        CHECK(absolute((double)(rating - user->predicted[i])) < 4e-4);
    }
    CHECK_STATUS(lowrank_completion_predict(model, i, w, bias, &rating), LOWRANK_STATUS_INDEX);
    CHECK_STATUS(lowrank_model_threshold(model, 0.5f, &rating), LOWRANK_STATUS_NO_THRESHOLD);
    CHECK_STATUS(lowrank_model_reconstruct(model, w, buffer_of(again, model.columns)), LOWRANK_STATUS_METHOD);
    /* Nothing known: the mean user. */
    nobody.length = 0;
    CHECK_STATUS(lowrank_completion_fold_in(model, nobody, buffer_of(numbers, LOWRANK_COMPLETION_LEN(2)), &bias),
                 LOWRANK_STATUS_OK);
    CHECK(absolute((double)numbers[0]) <= 0 && absolute((double)numbers[1]) <= 0 && absolute((double)bias) <= 0);
}

void test_models(void) {
    static const lowrank_model never_opened;
    const struct golden_case *numbers = golden_case_of(LOWRANK_METHOD_NMF, 0);
    float residual;
    size_t i;
    CHECK(golden_cases_count == 21 && golden_users_count == 24);
    for (i = 0; i < golden_cases_count; i++) {
        const struct golden_case *one = &golden_cases[i];
        check_case(one);
        check_thresholds(one);
        check_broken(one);
        if (one->method == LOWRANK_METHOD_NMF && !one->of_texts) {
            check_reconstruction(one);
        }
    }
    check_refused_rows(numbers);
    check_lines(golden_case_of(LOWRANK_METHOD_NMF, 1), numbers);
    for (i = 0; i < golden_users_count; i++) {
        check_user(&golden_users[i]);
    }
    CHECK_STATUS(lowrank_pca_project(never_opened, view_of(numbers->rows), buffer_of(weights, MOST), &residual),
                 LOWRANK_STATUS_STATE);
}
