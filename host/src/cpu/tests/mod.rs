//! What holds on processors alone: threads and the order of columns. The verbs are tested in
//! `space_tests`.

mod column_order;
mod threads;
