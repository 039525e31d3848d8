/* Models that tests/golden/device_models.py wrote, and what SciPy and NumPy find with them: golden.py writes golden.c. */
#ifndef GOLDEN_H
#define GOLDEN_H

#include "lowrank.h"

/* A row, or a line of text, and what is expected of it. */
struct golden_row {
    const float *row;
    size_t length;
    const char *line;
    size_t line_length;
    float weights[4];
    float residual;
};

struct golden_case {
    uint32_t method;
    int of_texts;
    const uint8_t *blob;
    size_t length;
    size_t columns;
    size_t components;
    const struct golden_row *rows;
    size_t count;
    float thresholds[5]; /* -1 if there are none */
};

extern const struct golden_case golden_cases[];
extern const size_t golden_cases_count;

/* A user of a completion. */
struct golden_user {
    lowrank_view_u8 blob;
    lowrank_sparse_row ratings;
    float weights[2];
    float bias;
    const float *predicted;
    size_t items;
};

extern const struct golden_user golden_users[];
extern const size_t golden_users_count;

/* The first case of a method, with words or without. */
const struct golden_case *golden_case_of(uint32_t method, int of_texts);

/* Its model, opened. */
lowrank_model golden_model(const struct golden_case *one);

#endif
