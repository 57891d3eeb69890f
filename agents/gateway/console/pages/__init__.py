"""The pages: each module says `PAGE`, with what it shows and what can be done on it.

Here is asked of the book and put into words; how it looks is the template of the same name.
"""
