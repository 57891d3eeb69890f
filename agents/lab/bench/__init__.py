"""The figures that are promised, each measured beside its rival on the same machine and broker."""
