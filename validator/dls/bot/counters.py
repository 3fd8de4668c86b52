"""The numbers that `/metrics` shows, in the text format of Prometheus. None of them names a repository."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from dls.bot.store import Store

_BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 120.0)  # seconds


class Counters:
    """Counts of webhooks by their answer and of checks by their result, and the times that checks took."""

    def __init__(self, store: Store) -> None:
        """Count from zero; the events that wait are counted in the store."""
        self._registry = CollectorRegistry()
        self._webhooks = Counter("dls_bot_webhooks", "Webhooks by answer.", ["answer"], registry=self._registry)
        self._events = Counter("dls_bot_events", "Events by receipt.", ["receipt"], registry=self._registry)
        self._checks = Counter("dls_bot_checks", "Checks by result.", ["result"], registry=self._registry)
        self._seconds = Histogram(
            "dls_bot_check_seconds", "Seconds of a check.", buckets=_BUCKETS, registry=self._registry
        )
        waiting = Gauge("dls_bot_events_waiting", "Events that wait or are being answered.", registry=self._registry)
        waiting.set_function(store.waiting)

    def webhook(self, answer: str) -> None:
        """Count a webhook."""
        self._webhooks.labels(answer).inc()

    def event(self, receipt: str) -> None:
        """Count an event."""
        self._events.labels(receipt).inc()

    def check(self, result: str, seconds: float) -> None:
        """Count a check."""
        self._checks.labels(result).inc()
        self._seconds.observe(seconds)

    def text(self) -> bytes:
        """Return all numbers.

        Raises:
            StoreFault: the store cannot be read.
        """
        return generate_latest(self._registry)
