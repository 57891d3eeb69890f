"""One command: its attempts, and what is known when no answer comes.

Reading order: `effects`, `results` (what the lane hears), `attempts` (sent, answered, sent again),
`progress` (what is known by now), `look` (is our create there?).
"""
