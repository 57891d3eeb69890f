"""What people and services ask of the engine, and who carries it out.

In come `isthmus-requests`, `isthmus-pushes` and `isthmus-lockouts`; out go facts of the lane or the
tenant that a request is about.  Door: `request_consumer`.
"""
