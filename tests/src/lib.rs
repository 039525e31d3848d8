//! Tests across the packages of lowrank, and against other programs: each in a file beside this folder.
