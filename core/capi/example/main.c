/* A machine that learns what its vibrations are like, and says when they are others.
 *
 * Frames of 16 numbers stream through a sketch, which keeps 9 rows of them; its axes span what is normal. A frame is
 * judged by what is left of it beside these axes. Then the last frames are taken apart by a truncated SVD. All memory is
 * static, and the same text is printed on the desk and on a board: the bits are equal.
 */
#include "lowrank.h"
#include "say.h"

enum { CHANNELS = 16, AXES = 2, SIZE = 2 * AXES, FRAMES = 200, LAST = 8, WIDTH = 6 };

static float memory[LOWRANK_SKETCH_LEN(CHANNELS, SIZE)];
static float axes[CHANNELS * AXES], strengths[AXES], means[CHANNELS];
static float frames[CHANNELS * LAST];
static float workspace[LOWRANK_WORKSPACE_LEN(CHANNELS, LAST, WIDTH)];
static float u[CHANNELS * AXES], v[LAST * AXES], residuals[AXES];

/* Ends with the text of a code, unless all is well. */
static int failed(lowrank_status status) {
    if (status == LOWRANK_STATUS_OK) {
        return 0;
    }
    say(lowrank_message(status));
    say("\n");
    return 1;
}

/* Two shapes with random weights, and some noise; of a broken machine, a third shape. */
static void measure(float *frame, int is_broken) {
    static uint32_t state = 1;
    float weights[3];
    int i;
    for (i = 0; i < 3; i++) {
        state = state * 1664525u + 1013904223u;
        weights[i] = (float)(int32_t)(state >> 8 & 0xFFFF) / 32768.0f - 1.0f;
    }
    for (i = 0; i < CHANNELS; i++) {
        state = state * 1664525u + 1013904223u;
        frame[i] = 5.0f + 3.0f * weights[0] * (float)(i % 4) + 2.0f * weights[1] * (float)(i / 4);
        frame[i] += (float)(int32_t)(state >> 8 & 0xFFFF) / 655360.0f;
        frame[i] += is_broken ? weights[2] * (float)(i % 2) : 0.0f;
    }
}

/* ||x - m - V V^T (x - m)||^2, by Pythagoras. */
static float unlike(const float *frame) {
    float left = 0.0f;
    int i, j;
    for (i = 0; i < CHANNELS; i++) {
        left += (frame[i] - means[i]) * (frame[i] - means[i]);
    }
    for (j = 0; j < AXES; j++) {
        float score = 0.0f;
        for (i = 0; i < CHANNELS; i++) {
            score += (frame[i] - means[i]) * axes[j * CHANNELS + i];
        }
        left -= score * score;
    }
    return left;
}

/* The mean of ||x - m - V V^T (x - m)||^2 over some frames. */
static float judge(int is_broken) {
    float frame[CHANNELS], sum = 0.0f;
    int i;
    for (i = 0; i < 50; i++) {
        measure(frame, is_broken);
        sum += unlike(frame);
    }
    return sum / 50.0f;
}

static int learn(void) {
    lowrank_buffer_f32 buffer = LOWRANK_BUFFER(memory);
    lowrank_sketch_axes_f32 result = {LOWRANK_BUFFER(axes), LOWRANK_BUFFER(strengths), LOWRANK_BUFFER(means)};
    lowrank_sketch_f32 sketch;
    float frame[CHANNELS];
    lowrank_view_f32 row = LOWRANK_BUFFER(frame);
    int i;
    if (failed(lowrank_sketch_begin_f32(&sketch, buffer, CHANNELS, SIZE, 1))) {
        return 1;
    }
    for (i = 0; i < FRAMES; i++) {
        measure(frame, 0);
        if (failed(lowrank_sketch_push_f32(&sketch, row))) {
            return 1;
        }
    }
    return failed(lowrank_sketch_finish_f32(&sketch, AXES, result));
}

static int take_apart(void) {
    lowrank_matrix_f32 a = LOWRANK_MATRIX(frames, CHANNELS, LAST);
    lowrank_svd_settings settings = LOWRANK_SVD_SETTINGS(AXES, WIDTH);
    lowrank_svd_factors_f32 factors = {LOWRANK_BUFFER(u), LOWRANK_BUFFER(strengths), LOWRANK_BUFFER(v),
                                       LOWRANK_BUFFER(residuals)};
    lowrank_buffer_f32 buffer = LOWRANK_BUFFER(workspace);
    lowrank_svd_report_f32 report;
    int i;
    for (i = 0; i < LAST; i++) {
        measure(frames + i * CHANNELS, 0);
    }
    if (failed(lowrank_svd_f32(a, settings, factors, buffer, &report))) {
        return 1;
    }
    say("singular values ");
    say_number((double)strengths[0]);
    say(" ");
    say_number((double)strengths[1]);
    say(", error at most ");
    say_number((double)report.error_bound);
    say(" of ");
    say_number((double)report.norm);
    say("\n");
    return 0;
}

int main(void) {
    float as_usual, broken;
    if (learn()) {
        return 1;
    }
    as_usual = judge(0);
    broken = judge(1);
    say("left of a frame as usual ");
    say_number((double)as_usual);
    say(", of one of a broken machine ");
    say_number((double)broken);
    say("\n");
    return broken < 10.0f * as_usual || take_apart();
}
