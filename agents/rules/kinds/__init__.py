"""One file for each kind of record that crosses: its policy, as `policy` words it.

In comes what the sides show, out goes what `documents` judges by; doors are `table` and `policy`.
Of the rules a kind's file knows nothing but `policy`, `merging`, `money`, `days` and `named`.
"""
