"""What the primitives take inside a disclosure.

By itself a part runs again and again, with all that it needs in the processor's caches. Inside a disclosure everything
else has gone through these since, other processes had the cores, and each wait ends with a wake-up.
"""

import inspect
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from timing import Times

from gateway.exchange.gate import Gate
from gateway.exchange.pipeline import Exchange
from gateway.model.request import Call


@dataclass(frozen=True, slots=True)
class Watched:
    """A port that passes everything on, and notes how many seconds the calls of `names` took."""

    port: Any
    names: Mapping[str, str]
    note: Callable[[str, float], None]

    def __getattr__(self, called: str) -> Any:
        member = getattr(self.port, called)
        if called not in self.names:
            return member

        def timed(*args: Any, **kwargs: Any) -> Any:
            begun = time.perf_counter()
            result = member(*args, **kwargs)
            if inspect.isawaitable(result):
                return self._awaited(called, result, begun)
            self.note(self.names[called], time.perf_counter() - begun)
            return result

        return timed

    async def _awaited(self, called: str, result: Awaitable[Any], begun: float) -> Any:
        answer = await result
        self.note(self.names[called], time.perf_counter() - begun)
        return answer


class Within:
    """Disclosures one at a time, in this process. `ports`: member of the gate → what is called → the part's name."""

    def __init__(self, gate: Gate, ports: Mapping[str, Mapping[str, str]]) -> None:
        watched = {port: Watched(getattr(gate, port), names, self._note) for port, names in ports.items()}
        self._exchange = Exchange(replace(gate, **watched))
        self._now: Counter[str] = Counter()
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)

    async def disclose(self, call: Call) -> None:
        self._now.clear()
        await self._exchange.disclose(call)
        for name, seconds in self._now.items():
            self._seconds[name].append(seconds)

    @property
    def times(self) -> Mapping[str, Times]:
        """What each part took in a disclosure, all its calls together."""
        return {name: Times([seconds]) for name, seconds in self._seconds.items()}

    def _note(self, name: str, seconds: float) -> None:
        self._now[name] += seconds
