"""Filling selects and modals the way a user's client does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .client import ClientRefused, resolve_upload
from .components import (
    CHECKBOX,
    CHECKBOX_GROUP,
    FILE_UPLOAD,
    LABEL,
    RADIO_GROUP,
    ROW,
    STRING_SELECT,
    TEXT_INPUT,
    value_range,
)
from .errors import Json
from .uploads import Upload
from .world import Channel, Role

if TYPE_CHECKING:
    from .user import User


def picked_values(
    user: User, channel: Channel, select: Json, picks: Sequence[Any], resolved: Json
) -> list[str]:
    """The ``values`` of a select: options by label or value; users, roles, channels and uploads by object."""
    kind = select["type"]
    options = select.get("options") or []
    low, high = value_range(select, most=len(options) if kind == CHECKBOX_GROUP else 1)
    if select.get("required") is False and not picks:
        return []
    if not low <= len(picks) <= high:
        raise ClientRefused(f"{select.get('custom_id')!r} takes {low} to {high} values, not {len(picks)}")
    values: list[str] = []
    for pick in picks:
        if kind in (STRING_SELECT, CHECKBOX_GROUP, RADIO_GROUP):
            found = [option["value"] for option in options if pick in (option["label"], option["value"])]
            if not found:
                raise ClientRefused(f"{pick!r} is none of {[option['label'] for option in options]}")
            values.append(found[0])
        elif isinstance(pick, Upload):
            values.append(resolve_upload(user, channel, pick, select.get("file_types"), resolved))
        else:
            values.append(str(pick.id))
            if isinstance(pick, Role):
                resolved.setdefault("roles", {})[str(pick.id)] = pick.payload()
            elif isinstance(pick, Channel):
                resolved.setdefault("channels", {})[str(pick.id)] = pick.payload(viewer_permissions=0)
            else:
                resolved.setdefault("users", {})[str(pick.id)] = pick.payload()
    return values


def modal_data(user: User, channel: Channel, modal: Json, given: Mapping[str, Any]) -> Json:
    """The ``data`` of a modal submission; ``given`` maps custom ids (or labels) to what the user enters."""
    left = dict(given)
    resolved: Json = {}
    rows: list[Json] = []
    for component in modal["components"]:
        described: Json = {"type": component["type"], "id": len(rows) + 1}
        if component["type"] == LABEL:
            inner = component["component"]
            described["component"] = _entered(user, channel, inner, component["label"], left, resolved)
        elif component["type"] == ROW:
            inner = component["components"][0]
            label = inner.get("label") or inner["custom_id"]
            described["components"] = [_entered(user, channel, inner, label, left, resolved)]
        rows.append(described)
    if left:
        raise ClientRefused(f"the modal has no field {', '.join(map(repr, left))}")
    return {"custom_id": modal["custom_id"], "components": rows} | (
        {"resolved": resolved} if resolved else {}
    )


def _entered(
    user: User, channel: Channel, field: Json, label: str, left: dict[str, Any], resolved: Json
) -> Json:
    key = label if label in left else field["custom_id"]
    value = left.pop(key, None)
    described: Json = {"type": field["type"], "custom_id": field["custom_id"], "id": field.get("id", 0)}
    required = field.get("required", True)
    if field["type"] == TEXT_INPUT:
        text = field.get("value") or "" if value is None else str(value)
        low, high = field.get("min_length") or 0, field.get("max_length") or 4000
        if required and not text:
            raise ClientRefused(f"the field {label!r} is required")
        if text and not low <= len(text) <= high:
            raise ClientRefused(f"the field {label!r} takes {low} to {high} characters, not {len(text)}")
        return described | {"value": text}
    if field["type"] == CHECKBOX:
        return described | {"value": bool(field.get("default") if value is None else value)}
    picks = [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]
    if required and not picks and (field["type"] == FILE_UPLOAD or not field.get("min_values") == 0):
        raise ClientRefused(f"the field {label!r} is required")
    values = picked_values(user, channel, field, picks, resolved)
    if field["type"] == RADIO_GROUP:
        return described | {"value": values[0] if values else None}
    return described | {"values": values}
