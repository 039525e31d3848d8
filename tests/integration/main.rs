//! Tests that cross packages, or need data: one binary, a module for each subject.

mod anls;
mod backends;
mod chains;
mod coherence;
mod completion;
mod components;
mod descents;
mod device_models;
mod few_nonzeros;
mod golden_values;
#[cfg(feature = "cuda")]
mod gpu_fits;
mod losses;
mod matrices;
mod matrix_files;
mod mini_batch;
mod mixed;
mod newsgroups;
mod recommend;
mod short_sides;
mod stopping;
mod vectorizer;
mod vectorizer_settings;
mod wide_ranks;
