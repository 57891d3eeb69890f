"""MediaOS as Isthmus sees it: its bytes on the wire and a client; `kinds` has a file a record."""
