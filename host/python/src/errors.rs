//! Exceptions of Python for the errors of the library.
