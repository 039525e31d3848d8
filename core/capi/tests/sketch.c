/* Sketches of rows near a plane. */
#include "check.h"

static lowrank_sketch_f32 never_begun_f32;
static lowrank_sketch_f64 never_begun_f64;

#define REAL float
#define NAME(name) name##_f32
#define TOLERANCE 1e-3
#include "sketch.inc"
#undef REAL
#undef NAME
#undef TOLERANCE
#define REAL double
#define NAME(name) name##_f64
#define TOLERANCE 1e-9
#include "sketch.inc"

/* The bytes that lowrank merge reads begin with a name and a version. */
static void writes_bytes(void) {
    static float buffer[LOWRANK_SKETCH_LEN(3, 2)];
    static uint8_t bytes[LOWRANK_SKETCH_BYTES_LEN(3, 2)];
    static const float row[] = {1, 2, 3};
    lowrank_buffer_f32 numbers = LOWRANK_BUFFER(buffer);
    lowrank_buffer_u8 all = LOWRANK_BUFFER(bytes);
    lowrank_view_f32 view = LOWRANK_BUFFER(row);
    lowrank_sketch_f32 sketch;
    size_t written = 0;
    unsigned i;
    CHECK_STATUS(lowrank_sketch_begin_f32(&sketch, numbers, 3, 2, 0), LOWRANK_STATUS_OK);
    for (i = 0; i < 4; i++) {
        CHECK_STATUS(lowrank_sketch_push_f32(&sketch, view), LOWRANK_STATUS_OK);
    }
    CHECK_STATUS(lowrank_sketch_write_f32(sketch, all, &written), LOWRANK_STATUS_OK);
    CHECK(written == sizeof bytes);
    CHECK(bytes[0] == 'L' && bytes[1] == 'R' && bytes[2] == 'S' && bytes[3] == 'K' && bytes[4] == 1);
    CHECK(bytes[8] == sizeof bytes && bytes[16] == 3 && bytes[20] == 4);
    all.length--;
    CHECK_STATUS(lowrank_sketch_write_f32(sketch, all, &written), LOWRANK_STATUS_SHORT);
}

void test_sketch(void) {
    learns_the_plane_f32();
    learns_the_plane_f64();
    refuses_other_states_f32();
    refuses_other_states_f64();
    writes_bytes();
}
