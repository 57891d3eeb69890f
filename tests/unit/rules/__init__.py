"""Tests of the rules: no I/O, no Faust, no await."""
