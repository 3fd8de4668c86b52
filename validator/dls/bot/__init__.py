"""A bot that checks pull requests on a hub and answers there: webhook in, queue, check, one comment. Needs [bot]."""
