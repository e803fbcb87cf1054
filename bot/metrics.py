"""The figures at ``/metrics``. Their labels come from short fixed lists; no person's id is ever one."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """What the process counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._updates = Counter(
            "tapwork_updates", "Updates by kind and outcome.", ["kind", "outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "tapwork_update_seconds",
            "From the receipt of an update until its screens were shown.",
            ["kind"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._calls = Counter(
            "tapwork_calls", "Calls of a messenger by method and result.", ["method", "result"],
            registry=self.registry,
        )  # fmt: skip
        self._slowed = Counter(
            "tapwork_slowed", "Times a messenger told us to slow down.", registry=self.registry
        )
        self._queue = Gauge("tapwork_updates_open", "Updates taken and not yet done.", registry=self.registry)
        self._deliveries = Counter(
            "tapwork_deliveries", "Deliveries by what became of them.", ["state"], registry=self.registry
        )
        self._polling = Gauge("tapwork_polling", "1 if this process polls.", registry=self.registry)

    def update_opened(self) -> None:
        self._queue.inc()

    def update_closed(self, kind: str, outcome: str, seconds: float) -> None:
        """An update was handled, ignored, put aside, or failed."""
        self._queue.dec()
        self._updates.labels(kind, outcome).inc()
        self._seconds.labels(kind).observe(seconds)

    def call_ended(self, method: str, result: str) -> None:
        """A call of a messenger came back: ``ok``, an error's code, or ``broken``."""
        self._calls.labels(method, result).inc()
        if result == "429":
            self._slowed.inc()

    def delivery_ended(self, state: str) -> None:
        """A delivery was sent, put off or given up, or nobody knows."""
        self._deliveries.labels(state).inc()

    def polling_changed(self, *, polls: bool) -> None:
        """It became this process's turn to poll, or another's."""
        self._polling.set(polls)

    def render(self) -> bytes:
        """All figures in Prometheus' text form."""
        return generate_latest(self.registry)
