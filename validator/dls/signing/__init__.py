"""Who signed a reproduction report, and who is independent of the issuer."""
