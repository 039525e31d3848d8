"""The version of the package."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("lowrank-rs")
except PackageNotFoundError:  # a checkout on the path
    __version__ = "0.1.0"
