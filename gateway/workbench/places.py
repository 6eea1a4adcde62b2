"""On which line of a YAML file something stands, so that what is wrong with it can be told with its place."""

from collections.abc import Sequence
from functools import lru_cache

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line, from 1, of what `path` (keys and positions) leads to; of what holds it, where it is not there."""
    node, line = _composed(text), 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            return line
    return line


@lru_cache(maxsize=8)
def _composed(text: str) -> yaml.Node:
    return yaml.compose(text, _LOADER)
