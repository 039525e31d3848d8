//! What the tests of lowrank share.
