//! Tests of the CPU backend alone: threads and the order of columns. The operations of panels are tested in
//! `tests`.

mod column_order;
mod threads;
