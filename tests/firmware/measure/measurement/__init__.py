"""Builds, runs and judges the images that measure one factorization each."""
