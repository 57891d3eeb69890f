"""A kind that Isthmus does not have, added as a new kind is: by files of its own.

`shape` and `declared` stand for those files, `crosses` tells what comes of them.  They must be
imported before anything else of ours, hence a process of their own: test_made_up_kind starts it.
"""
