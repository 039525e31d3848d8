//! Non-negative factorizations, with every loss and penalty.
