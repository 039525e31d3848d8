//! Nothing but a test: `include/lowrank.h` is what cbindgen makes of `src/`.
