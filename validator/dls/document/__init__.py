"""From bytes to a JSON value with the line of each of its parts, and back."""
