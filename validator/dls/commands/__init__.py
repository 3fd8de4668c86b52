"""One module a command: ``configure(parser)`` declares its arguments, ``run(arguments)`` returns the exit code."""
