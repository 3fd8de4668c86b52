"""Reports: a module for each format, from the results of checks to a text, and the one exit to the terminal."""
