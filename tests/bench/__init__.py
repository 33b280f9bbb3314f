"""Measurements for make bench: ratios taken side by side in one run."""
