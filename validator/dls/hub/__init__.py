"""A hub of models: what a check reads of a repository, and a pull request with a statement. Needs the extra [hub]."""
