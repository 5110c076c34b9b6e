"""Rules of message components and modals (Discord: components reference)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from .errors import FormErrors, Json, Path

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = (3, 5, 6, 7, 8)
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23
LINK, PREMIUM = 5, 6
V2_TOP = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER)
IN_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
IN_LABEL = (TEXT_INPUT, *SELECTS, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX)


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, nested ones included, in reading order."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("accessory", "component"):
            if component.get(key):
                yield from walk([component[key]])


def media_items(component: Json) -> list[Json]:
    """The media objects ({"url"}) of a thumbnail, gallery or file component."""
    if component.get("type") == GALLERY:
        return [item["media"] for item in component.get("items") or [] if item.get("media")]
    key = {THUMBNAIL: "media", FILE: "file"}.get(component.get("type", 0))
    return [component[key]] if key and component.get(key) else []


def value_range(component: Json, most: int = 1) -> tuple[int, int]:
    """``min_values`` and ``max_values``, 1 and ``most`` where absent or null."""
    low, high = component.get("min_values"), component.get("max_values")
    return 1 if low is None else low, most if high is None else high


def validate_message_components(
    errors: FormErrors, components: list[Json], v2: bool, files: Collection[str]
) -> None:
    """All rules for a message's ``components``; ``files`` are the names ``attachment://`` may point to."""
    root: Path = ("components",)
    everything = list(walk(components))
    if v2:
        if len(everything) > 40:
            errors.add(root, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The max number of components is 40")
        if sum(len(str(one.get("content") or "")) for one in everything if one.get("type") == TEXT) > 4000:
            errors.add(
                root,
                "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                "Displayable text exceeds maximum size of 4000",
            )
    else:
        errors.size(root, len(components), 0, 5)
    for index, component in enumerate(components):
        if errors.choice((*root, index, "type"), component.get("type"), V2_TOP if v2 else (ROW,)):
            _layout(errors, (*root, index), component, files)
    _unique_ids(errors, root, components)


def validate_modal(errors: FormErrors, data: Json) -> None:
    """Title up to 45 characters, custom_id up to 100, one to five labels, texts or (old form) rows."""
    errors.length(("title",), data.get("title"), 1, 45)
    errors.length(("custom_id",), data.get("custom_id"), 1, 100)
    components = data.get("components") or []
    errors.size(("components",), len(components), 1, 5)
    for index, component in enumerate(components):
        path: Path = ("components", index)
        if not errors.choice((*path, "type"), component.get("type"), (ROW, TEXT, LABEL)):
            continue
        if component["type"] == TEXT:
            errors.length((*path, "content"), component.get("content"), 1, 4000)
        elif component["type"] == LABEL:
            errors.length((*path, "label"), component.get("label"), 1, 45)
            errors.length((*path, "description"), component.get("description"), 0, 100)
            inner = component.get("component") or {}
            if errors.choice((*path, "component", "type"), inner.get("type"), IN_LABEL):
                _input(errors, (*path, "component"), inner)
        else:
            rows = component.get("components") or []
            errors.size((*path, "components"), len(rows), 1, 1)
            for inner in rows:
                if errors.choice((*path, "components", 0, "type"), inner.get("type"), (TEXT_INPUT, *SELECTS)):
                    if inner["type"] == TEXT_INPUT:
                        errors.length((*path, "components", 0, "label"), inner.get("label"), 1, 45)
                    _input(errors, (*path, "components", 0), inner)
    _unique_ids(errors, ("components",), components)


def _unique_ids(errors: FormErrors, path: Path, components: list[Json]) -> None:
    seen: set[str] = set()
    for component in walk(components):
        custom_id = component.get("custom_id")
        if custom_id is not None and custom_id in seen:
            errors.add(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        seen.add(str(custom_id))


def _layout(errors: FormErrors, path: Path, component: Json, files: Collection[str]) -> None:
    kind = component["type"]
    children: list[Json] = component.get("components") or []
    if kind == ROW:
        _row(errors, path, children)
    elif kind == TEXT:
        errors.length((*path, "content"), component.get("content"), 1, 4000)
    elif kind == SECTION:
        errors.size((*path, "components"), len(children), 1, 3)
        for index, child in enumerate(children):
            if errors.choice((*path, "components", index, "type"), child.get("type"), (TEXT,)):
                _layout(errors, (*path, "components", index), child, files)
        accessory = component.get("accessory") or {}
        if errors.choice((*path, "accessory", "type"), accessory.get("type"), (BUTTON, THUMBNAIL)):
            if accessory["type"] == BUTTON:
                _button(errors, (*path, "accessory"), accessory)
            else:
                _layout(errors, (*path, "accessory"), accessory, files)
    elif kind == CONTAINER:
        errors.size((*path, "components"), len(children), 1, 40)
        for index, child in enumerate(children):
            if errors.choice((*path, "components", index, "type"), child.get("type"), IN_CONTAINER):
                _layout(errors, (*path, "components", index), child, files)
    elif kind in (GALLERY, THUMBNAIL, FILE):
        _media(errors, path, component, files)


def _media(errors: FormErrors, path: Path, component: Json, files: Collection[str]) -> None:
    if component["type"] == GALLERY:
        items: list[Json] = component.get("items") or []
        errors.size((*path, "items"), len(items), 1, 10)
        for index, item in enumerate(items):
            errors.length((*path, "items", index, "description"), item.get("description"), 0, 1024)
    else:
        errors.length((*path, "description"), component.get("description"), 0, 1024)
    schemes = ("attachment",) if component["type"] == FILE else ("http", "https", "attachment")
    found = media_items(component)
    if not found and component["type"] != GALLERY:
        errors.add((*path, "media"), "BASE_TYPE_REQUIRED", "This field is required")
    for media in found:
        address = str(media.get("url") or "")
        errors.url((*path, "media", "url"), address, schemes)
        if address.startswith("attachment://") and address.removeprefix("attachment://") not in files:
            text = "The referenced attachment was not found"
            errors.add((*path, "media", "url"), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", text)


def _row(errors: FormErrors, path: Path, children: list[Json]) -> None:
    errors.size((*path, "components"), len(children), 1, 5)
    width = 0
    for index, child in enumerate(children):
        at: Path = (*path, "components", index)
        if not errors.choice((*at, "type"), child.get("type"), (BUTTON, *SELECTS)):
            continue
        width += 1 if child["type"] == BUTTON else 5
        if width > 5 and len(children) <= 5:
            text = "The specified component exceeds the maximum width"
            errors.add(at, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", text)
        if child["type"] == BUTTON:
            _button(errors, at, child)
        else:
            _select(errors, at, child)


def _button(errors: FormErrors, path: Path, button: Json) -> None:
    errors.choice((*path, "style"), button.get("style"), (1, 2, 3, 4, LINK, PREMIUM))
    errors.length((*path, "label"), button.get("label"), 0, 80)
    style, has_id, has_url = button.get("style"), "custom_id" in button, bool(button.get("url"))
    if style == LINK:
        errors.length((*path, "url"), button.get("url"), 1, 512)
        if has_url:
            errors.url((*path, "url"), button["url"], ("http", "https", "discord"))
        if has_id:
            text = "A custom id and url cannot both be specified"
            errors.add((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", text)
    elif style != PREMIUM:
        errors.length((*path, "custom_id"), button.get("custom_id"), 1, 100)
        if has_url:
            errors.add(
                (*path, "url"), "BUTTON_COMPONENT_INVALID_URL", "A url is only allowed on link buttons"
            )
        if not button.get("label") and not button.get("emoji"):
            errors.add(
                path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji"
            )


def _select(errors: FormErrors, path: Path, select: Json) -> None:
    errors.length((*path, "custom_id"), select.get("custom_id"), 1, 100)
    errors.length((*path, "placeholder"), select.get("placeholder"), 0, 150)
    low, high = value_range(select)
    errors.integer((*path, "min_values"), low, 0, 25)
    errors.integer((*path, "max_values"), high, 1, 25)
    if isinstance(low, int) and isinstance(high, int) and low > high:
        errors.add((*path, "min_values"), "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE", "Minimum exceeds maximum")
    if select.get("type") != STRING_SELECT:
        return
    options = select.get("options") or []
    _options(errors, path, options, 1, 25)
    if isinstance(high, int) and 0 < len(options) < high:
        errors.add((*path, "options"), "BASE_TYPE_BAD_LENGTH", f"Must be between {high} and 25 in length.")


def _options(errors: FormErrors, path: Path, options: list[Json], low: int, high: int) -> None:
    errors.size((*path, "options"), len(options), low, high)
    values: set[object] = set()
    for index, option in enumerate(options):
        at: Path = (*path, "options", index)
        errors.length((*at, "label"), option.get("label"), 1, 100)
        errors.length((*at, "value"), option.get("value"), 1, 100)
        errors.length((*at, "description"), option.get("description"), 0, 100)
        if option.get("value") in values:
            text = "The specified option value is already used"
            errors.add((*at, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", text)
        values.add(option.get("value"))


def _input(errors: FormErrors, path: Path, component: Json) -> None:
    """One input of a modal: text, select, upload, radio or checkboxes."""
    kind = component["type"]
    if kind in SELECTS:
        _select(errors, path, component)
        return
    errors.length((*path, "custom_id"), component.get("custom_id"), 1, 100)
    if kind == TEXT_INPUT:
        errors.choice((*path, "style"), component.get("style"), (1, 2))
        errors.integer((*path, "min_length"), component.get("min_length") or 0, 0, 4000)
        errors.integer((*path, "max_length"), component.get("max_length") or 4000, 1, 4000)
        errors.length((*path, "placeholder"), component.get("placeholder"), 0, 100)
        errors.length((*path, "value"), component.get("value"), 0, component.get("max_length") or 4000)
    elif kind == FILE_UPLOAD:
        errors.integer((*path, "min_values"), value_range(component)[0], 0, 10)
        errors.integer((*path, "max_values"), value_range(component)[1], 1, 10)
    elif kind == RADIO_GROUP:
        _options(errors, path, component.get("options") or [], 2, 10)
    elif kind == CHECKBOX_GROUP:
        _options(errors, path, component.get("options") or [], 1, 10)
