#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lowrank_fuzz::algorithms::device_model::run(bytes));
