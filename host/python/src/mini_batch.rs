//! Non-negative factorizations learnt by batches of rows.
