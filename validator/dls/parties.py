"""Who is who: names of parties as people write them."""


def same_party(one: str, other: str) -> bool:
    """Whether two names are the same but for case and outer spaces."""
    return one.strip().casefold() == other.strip().casefold()
