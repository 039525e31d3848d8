//! Progress, and the end of a fit by Ctrl-C.
