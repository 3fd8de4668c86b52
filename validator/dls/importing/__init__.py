"""From the logs of other harnesses to an evidence folder."""
