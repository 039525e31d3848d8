//! Recommenders: fits to users and items, lists, and similar items.
