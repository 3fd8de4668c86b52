"""One module a command of `dls`; each is imported when it runs."""
