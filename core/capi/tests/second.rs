//! A second static library in Rust, with std and a heap, that a program links beside lowrank.

#[unsafe(no_mangle)]
pub extern "C" fn second_digits(number: u64) -> usize {
    let text = format!("{number}");
    assert!(!text.is_empty());
    text.len()
}
