"""What is decided and done: pure rules, the agents around them, and everything a person starts."""
