//! Matrices lent by NumPy and SciPy.
