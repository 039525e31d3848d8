/* Each pointer of each function, null, misaligned, on another argument, short or of an absurd length: a code, and nothing
   is changed. */
#include "check.h"
#include "golden.h"

enum fault { NONE, NULL_POINTER, MISALIGNED, SHORT, ABSURD, OVERLAP, FAULTS };

/* A pointer in the arguments of a call. */
struct argument {
    void *pointer;   /* where it is */
    size_t *length;  /* where its length is; 0 for one value */
    size_t align;    /* of what it points to; 0 if the pointer cannot be changed by the caller */
    int is_written;
    lowrank_status when_short;
    int is_state;    /* it is read before other arguments are looked at */
};

struct spoil {
    unsigned which;
    enum fault fault;
};

static lowrank_status expected;
static unsigned arguments_of_the_call;

static void copy_bytes(void *to, const void *from, size_t length) {
    size_t i;
    for (i = 0; i < length; i++) {
        ((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
    }
}

static char *read_pointer(const struct argument *argument) {
    char *pointer;
    copy_bytes(&pointer, argument->pointer, sizeof pointer);
    return pointer;
}

/* An argument that this one must not overlap with; the number of arguments if there is none. */
static unsigned partner(const struct argument *arguments, unsigned count, unsigned which) {
    unsigned other;
    for (other = 0; other < count; other++) {
        int both = arguments[which].is_written || arguments[other].is_written;
        if (other != which && both && arguments[other].align > 1) {
            break;
        }
    }
    return other;
}

/* The memory of all arguments, aligned for all. */
enum { PIECES = 8, PIECE = 256 };
static double memory[PIECES][PIECE], before[PIECES][PIECE];

static void fill(void) {
    unsigned i, j;
    for (i = 0; i < PIECES; i++) {
        for (j = 0; j < PIECE; j++) {
            memory[i][j] = 1;
        }
    }
}

/* Makes one argument what it must not be, and sets the code that is expected. The call itself comes next. */
static void spoil(struct argument *arguments, unsigned count, const struct spoil *what) {
    struct argument *argument = &arguments[what->which];
    char *pointer = read_pointer(argument);
    arguments_of_the_call = count;
    expected = LOWRANK_STATUS_OK;
    switch (what->fault) {
    case NULL_POINTER:
        pointer = 0;
        expected = LOWRANK_STATUS_NULL;
        break;
    case MISALIGNED:
        if (argument->align > 1) {
            pointer++;
            expected = LOWRANK_STATUS_MISALIGNED;
        }
        break;
    case SHORT:
        if (argument->length != 0) {
            --*argument->length;
            expected = argument->when_short;
        }
        break;
    case ABSURD:
        if (argument->length != 0) {
            *argument->length = SIZE_MAX - 5;
            expected = LOWRANK_STATUS_SIZE;
        }
        break;
    case OVERLAP: {
        unsigned other = partner(arguments, count, what->which);
        if (other < count) {
            pointer = read_pointer(&arguments[other]);
            expected = argument->is_state ? LOWRANK_STATUS_STATE : LOWRANK_STATUS_OVERLAP;
        }
        break;
    }
    default:
        break;
    }
    copy_bytes(argument->pointer, &pointer, sizeof pointer);
    copy_bytes(before, memory, sizeof memory);
}

#define WRITTEN(field, type) {&(field).data, &(field).length, sizeof(type), 1, LOWRANK_STATUS_SHORT, 0}
#define READ(field, type) {&(field).data, &(field).length, sizeof(type), 0, LOWRANK_STATUS_SHORT, 0}
#define ROW(field, type) {&(field).data, &(field).length, sizeof(type), 0, LOWRANK_STATUS_LENGTH, 0}
#define RESULT(pointer) {&(pointer), 0, sizeof(size_t), 1, LOWRANK_STATUS_OK, 0}
#define STATE(pointer) {&(pointer), 0, sizeof(size_t), 1, LOWRANK_STATUS_OK, 1}
#define COUNT(arguments) (unsigned)(sizeof(arguments) / sizeof *(arguments))
#define SET(field, piece, count) ((field).data = (void *)memory[piece], (field).length = (count))

#define REAL float
#define NAME(name) name##_f32
#include "refusals.inc"
#undef REAL
#undef NAME
#define REAL double
#define NAME(name) name##_f64
#include "refusals.inc"

static lowrank_model model_of(uint32_t method, int of_texts) {
    return golden_model(golden_case_of(method, of_texts));
}

static lowrank_status open_model(const struct spoil *what) {
    lowrank_view_u8 bytes;
    lowrank_model *model = (void *)memory[1];
    struct argument arguments[] = {{&bytes.data, &bytes.length, 1, 0, LOWRANK_STATUS_CUT, 0}, RESULT(model)};
    bytes.data = golden_cases[0].blob;
    bytes.length = golden_cases[0].length;
    spoil(arguments, COUNT(arguments), what);
    return lowrank_model_open(bytes, model);
}

static lowrank_status fold_in(const struct spoil *what) {
    lowrank_model model = model_of(LOWRANK_METHOD_NMF, 0);
    lowrank_view_f32 row;
    lowrank_buffer_f32 weights;
    float *residual = (void *)memory[2];
    struct argument arguments[] = {ROW(row, float), WRITTEN(weights, float), RESULT(residual)};
    SET(row, 0, model.columns);
    SET(weights, 1, 2 * model.components);
    arguments[2].align = sizeof(float);
    spoil(arguments, COUNT(arguments), what);
    return lowrank_nmf_fold_in(model, row, 9, weights, residual);
}

static lowrank_status fold_in_sparse(const struct spoil *what) {
    lowrank_model model = model_of(LOWRANK_METHOD_NMF, 0);
    struct {
        const uint32_t *data;
        size_t length;
    } indices;
    struct {
        const float *data;
        size_t length;
    } values;
    lowrank_sparse_row row;
    lowrank_buffer_f32 weights;
    float *residual = (void *)memory[3];
    uint32_t *columns = (void *)memory[0];
    struct argument arguments[] = {READ(indices, uint32_t), READ(values, float), WRITTEN(weights, float),
                                   RESULT(residual)};
    columns[0] = columns[1] = columns[2] = 1;
    SET(indices, 0, 3);
    SET(values, 1, 3);
    SET(weights, 2, 2 * model.components);
    /* They have one length: a shorter row is another row. */
    arguments[0].when_short = arguments[1].when_short = LOWRANK_STATUS_OK;
    spoil(arguments, COUNT(arguments), what);
    row.indices = indices.data;
    row.values = values.data;
    row.length = indices.length != 3 ? indices.length : values.length;
    return lowrank_nmf_fold_in_sparse(model, row, 9, weights, residual);
}

static lowrank_status fold_in_line(const struct spoil *what) {
    const struct golden_row *known = golden_case_of(LOWRANK_METHOD_NMF, 1)->rows;
    lowrank_model model = model_of(LOWRANK_METHOD_NMF, 1);
    struct {
        const char *data;
        size_t length;
    } line;
    struct {
        lowrank_term *data;
        size_t length;
    } terms;
    lowrank_line whole;
    lowrank_buffer_f32 weights;
    float *residual = (void *)memory[3];
    struct argument arguments[] = {{&line.data, &line.length, 1, 0, LOWRANK_STATUS_OK, 0},
                                   {&terms.data, &terms.length, 4, 1, LOWRANK_STATUS_TOO_MANY_TERMS, 0},
                                   WRITTEN(weights, float),
                                   RESULT(residual)};
    line.data = known->line;
    line.length = known->line_length;
    SET(terms, 1, 12);
    SET(weights, 2, 2 * model.components);
    spoil(arguments, COUNT(arguments), what);
    if (what->which == 1 && what->fault == SHORT) {
        terms.length = 0;
    }
    whole.text = line.data;
    whole.length = line.length;
    whole.terms = terms.data;
    whole.room = terms.length;
    return lowrank_nmf_fold_in_line(model, whole, 9, weights, residual);
}

static lowrank_status project(const struct spoil *what) {
    lowrank_model model = model_of(LOWRANK_METHOD_PCA, 0);
    lowrank_view_f32 row;
    lowrank_buffer_f32 scores;
    float *residual = (void *)memory[2];
    struct argument arguments[] = {ROW(row, float), WRITTEN(scores, float), RESULT(residual)};
    SET(row, 0, model.columns);
    SET(scores, 1, model.components);
    spoil(arguments, COUNT(arguments), what);
    return lowrank_pca_project(model, row, scores, residual);
}

static lowrank_status project_svd(const struct spoil *what) {
    lowrank_model model = model_of(LOWRANK_METHOD_SVD, 0);
    lowrank_view_f32 row;
    lowrank_buffer_f32 projection;
    float *residual = (void *)memory[2];
    struct argument arguments[] = {ROW(row, float), WRITTEN(projection, float), RESULT(residual)};
    SET(row, 0, model.columns);
    SET(projection, 1, model.components);
    spoil(arguments, COUNT(arguments), what);
    return lowrank_svd_project(model, row, projection, residual);
}

static lowrank_status project_sparse(const struct spoil *what) {
    static const uint32_t indices[] = {2, 0};
    static const float values[] = {1, 3};
    lowrank_model model = model_of(LOWRANK_METHOD_SVD, 0);
    lowrank_sparse_row row;
    lowrank_buffer_f32 projection;
    float *residual = (void *)memory[2];
    struct argument arguments[] = {WRITTEN(projection, float), RESULT(residual)};
    row.indices = indices;
    row.values = values;
    row.length = 2;
    SET(projection, 1, model.components);
    spoil(arguments, COUNT(arguments), what);
    return lowrank_svd_project_sparse(model, row, projection, residual);
}

static lowrank_status reconstruct(const struct spoil *what) {
    lowrank_model model = model_of(LOWRANK_METHOD_PCA, 0);
    lowrank_view_f32 weights;
    lowrank_buffer_f32 row;
    struct argument arguments[] = {READ(weights, float), WRITTEN(row, float)};
    SET(weights, 0, model.components);
    SET(row, 1, model.columns);
    spoil(arguments, COUNT(arguments), what);
    return lowrank_model_reconstruct(model, weights, row);
}

static lowrank_status threshold(const struct spoil *what) {
    lowrank_model model = model_of(LOWRANK_METHOD_NMF, 0);
    float *found = (void *)memory[0];
    struct argument arguments[] = {RESULT(found)};
    spoil(arguments, COUNT(arguments), what);
    return lowrank_model_threshold(model, 0.5f, found);
}

/* A model of a completion: nothing else is of interest here. */
static lowrank_model completion(void) {
    lowrank_model model;
    CHECK_STATUS(lowrank_model_open(golden_users[0].blob, &model), LOWRANK_STATUS_OK);
    return model;
}

static lowrank_status fold_in_user(const struct spoil *what) {
    lowrank_model model = completion();
    lowrank_sparse_row ratings = golden_users[0].ratings;
    lowrank_buffer_f32 weights;
    float *bias = (void *)memory[1];
    struct argument arguments[] = {WRITTEN(weights, float), RESULT(bias)};
    SET(weights, 0, LOWRANK_COMPLETION_LEN(model.components));
    spoil(arguments, COUNT(arguments), what);
    return lowrank_completion_fold_in(model, ratings, weights, bias);
}

static lowrank_status predict(const struct spoil *what) {
    lowrank_model model = completion();
    lowrank_view_f32 weights;
    float *rating = (void *)memory[1];
    struct argument arguments[] = {READ(weights, float), RESULT(rating)};
    SET(weights, 0, model.components);
    spoil(arguments, COUNT(arguments), what);
    return lowrank_completion_predict(model, 0, weights, 1, rating);
}

static lowrank_status write_sketch(const struct spoil *what) {
    lowrank_sketch_f32 sketch = begun_f32(0, 1);
    lowrank_buffer_u8 bytes;
    size_t *written = (void *)memory[3];
    struct argument arguments[] = {WRITTEN(bytes, uint8_t), RESULT(written)};
    SET(bytes, 2, 40 + 4 * 3);
    spoil(arguments, COUNT(arguments), what);
    return lowrank_sketch_write_f32(sketch, bytes, written);
}

typedef lowrank_status call(const struct spoil *what);

static int is_unchanged(void) {
    const unsigned char *was = (const void *)before, *is = (const void *)memory;
    size_t i;
    for (i = 0; i < sizeof memory; i++) {
        if (was[i] != is[i]) {
            return 0;
        }
    }
    return 1;
}

static void check_call(call *of) {
    struct spoil what = {0, NONE};
    fill();
    CHECK_STATUS(of(&what), LOWRANK_STATUS_OK);
    CHECK(!is_unchanged());
    for (what.which = 0; what.which < arguments_of_the_call; what.which++) {
        for (what.fault = NULL_POINTER; what.fault < FAULTS; what.fault = (enum fault)(what.fault + 1)) {
            lowrank_status found;
            fill();
            found = of(&what);
            CHECK_STATUS(found, expected);
            CHECK(expected == LOWRANK_STATUS_OK || is_unchanged());
        }
    }
}

void test_refusals(void) {
    static call *const calls[] = {
        svd_f32,       svd_f64,     nmf_f32,        nmf_f64,       transform_f32, transform_f64, begin_f32,    begin_f64,
        push_f32,      push_f64,    merge_f32,      merge_f64,     finish_f32,    finish_f64,    write_sketch, open_model,
        fold_in,       fold_in_sparse, fold_in_line, project,      project_svd,   project_sparse, reconstruct, threshold,
        fold_in_user,  predict};
    unsigned i;
    for (i = 0; i < COUNT(calls); i++) {
        check_call(calls[i]);
    }
}
