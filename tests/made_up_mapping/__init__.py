"""A kind of mapping that Isthmus does not have, added as a new one is: by an entry of its own.

`declared` stands for that entry, `releases` tells what comes of it.  It must be imported before
anything else of ours, hence a process of its own: test_made_up_mapping starts it.
"""
