//! The judge judged: its products, its reference, and that nothing escapes it.

use lowrank_judge::Matrix;
use lowrank_judge::double_double::DoubleDouble;
use lowrank_judge::reference::singular_values;

/// What f64 cannot hold of a number, beside it.
fn error(found: DoubleDouble, exact: DoubleDouble) -> f64 {
    ((found - exact) / exact).abs().high
}

#[test]
fn double_doubles_hold_106_bits() {
    let third = DoubleDouble::ONE / DoubleDouble::from(3.0);
    assert!(error(third + third + third, DoubleDouble::ONE) < 1e-31);
    let root = DoubleDouble::from(2.0).sqrt();
    assert!(error(root * root, DoubleDouble::from(2.0)) < 1e-31);
    // (1 + 2^-60)^2 = 1 + 2^-59 + 2^-120, of which 106 bits hold the first two.
    let x = DoubleDouble::ONE + DoubleDouble::from(2f64.powi(-60));
    let rest = x * x - DoubleDouble::ONE;
    assert_eq!((rest.high, rest.low), (2f64.powi(-59), 0.0));
    assert_eq!((DoubleDouble::ONE - x).abs().high, 2f64.powi(-60));
}

#[test]
fn the_reference_knows_the_values_of_a_rotated_diagonal() {
    // [3 4; 4 -3] / 5 is orthogonal: A = Q diag(5, 5 e) has integer columns times a power of two.
    for e in [0, 3, 100, 1000] {
        let tiny = 2f64.powi(-e);
        let a = Matrix {
            entries: vec![3.0, 4.0, 4.0 * tiny, -3.0 * tiny],
            nrows: 2,
            ncols: 2,
        };
        let values = singular_values(&a);
        for (value, exponent) in values.iter().zip([2, 2 - e]) {
            assert_eq!(value.exponent, exponent);
            let five_quarters = DoubleDouble::from(1.25);
            assert!(error(value.mantissa, five_quarters) < 1e-28);
        }
    }
}
