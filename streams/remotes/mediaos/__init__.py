"""MediaOS as Isthmus sees it: its bytes on the wire, a client, and a simulator of the real one."""
