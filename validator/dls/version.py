"""The version of this package, and the address below which the standard names its parts."""

__version__ = "0.1.0"

BASE_URI = "https://w3id.org/distillation-loss-statement/"
"""The base of every address that the standard gives: schemas, predicate types, pages of rules.

They are names that stay; the site of the docs may move behind them. Nothing is fetched from them.
"""
