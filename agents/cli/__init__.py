"""The `isthmus` command: a module per command or group of commands, composed in main."""
