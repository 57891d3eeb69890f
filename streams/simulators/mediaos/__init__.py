"""MediaOS, simulated: an HTTP server with an in-memory book, and people who work in it."""
