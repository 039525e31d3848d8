"""lowrank's recommenders beside those of others, on the same divisions of the same ratings."""
