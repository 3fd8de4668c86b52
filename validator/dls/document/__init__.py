"""From bytes to a JSON value that knows its lines, and back."""
