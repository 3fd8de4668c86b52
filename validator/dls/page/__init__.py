"""The content of a statement's page, computed once: every format of `dls report` shows these values."""
