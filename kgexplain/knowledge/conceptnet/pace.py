"""No more requests than a server allows."""

import time
from collections import deque
from collections.abc import Callable, Mapping

# What ConceptNet's public API allows: so many requests in so many seconds.
LIMITS = {60.0: 600, 3600.0: 6000}


class Pace:
    """Waits until one request more is within all limits; in any span of so many seconds, no more than allowed."""

    def __init__(
        self,
        limits: Mapping[float, int] = LIMITS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits, self._clock, self._sleep = limits, clock, sleep
        self._times: deque[float] = deque(maxlen=max(limits.values()))

    def wait(self) -> None:
        """Wait, and count one request."""
        due = (self._times[-most] + span for span, most in self._limits.items() if len(self._times) >= most)
        now = self._clock()
        if (at := max(due, default=now)) > now:
            self._sleep(at - now)
        self._times.append(max(at, now))
