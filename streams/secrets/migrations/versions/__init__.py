"""One module a version, `v` and its number first.  A version that was released is never changed."""
