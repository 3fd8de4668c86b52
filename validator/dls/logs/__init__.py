"""The items and records of logs that other harnesses wrote, and the measures of these records."""
