//! The debug build checks every addition for overflow: nothing may panic there either.

#[test]
fn all_results_have_the_golden_bits() {
    let found = exercise::everything(exercise::SEED);
    let golden = exercise::GOLDEN;
    assert!(
        found == golden,
        "GOLDEN is {golden:#018x}, found {found:#018x}"
    );
}

#[test]
fn other_data_give_other_results() {
    assert_ne!(exercise::everything(exercise::SEED + 1), exercise::GOLDEN);
}
