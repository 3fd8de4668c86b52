"""From requests to packs to answers."""
