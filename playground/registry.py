"""Finding plug-ins: every module of a package that defines a given name is one."""

import importlib
import pkgutil
from types import ModuleType
from typing import Any

from playground.errors import InvalidInput


def discover(package: ModuleType, attribute: str) -> dict[str, Any]:
    """Collects `attribute` from every module of `package` that defines it.

    Args:
      package: An imported package, for example `playground.families`.
      attribute: The module-level name of a plug-in, for example `"FAMILY"`. Its value has a `key`.

    Returns:
      The plug-ins by key, in the order of their `order` (where they have one), then of their keys.

    Raises:
      ValueError: If two modules define the same key.
    """
    found: dict[str, Any] = {}
    for info in pkgutil.iter_modules(package.__path__):
        plugin = getattr(importlib.import_module(f"{package.__name__}.{info.name}"), attribute, None)
        if plugin is None:
            continue
        if plugin.key in found:
            raise ValueError(f"Two modules of `{package.__name__}` define the key '{plugin.key}'.")
        found[plugin.key] = plugin
    return dict(sorted(found.items(), key=lambda item: (getattr(item[1], "order", 0), item[0])))


def look_up(plugins: dict[str, Any], key: str, kind: str) -> Any:
    """Returns `plugins[key]`, or raises `InvalidInput` that lists the keys there are."""
    if key not in plugins:
        raise InvalidInput(f"Unknown {kind} '{key}': expected one of {', '.join(plugins)}.")
    return plugins[key]
