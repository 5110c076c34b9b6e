"""Methods about the bot itself: getMe, updates, webhook, command menus, descriptions, chats it is in."""

from __future__ import annotations

import json
from typing import Any

from tests.doubles.telegram import limits
from tests.doubles.telegram.calls import Call
from tests.doubles.telegram.chats import Account, Chat
from tests.doubles.telegram.errors import WEBHOOK_ACTIVE, Json, bad_request, conflict, too_many_requests
from tests.doubles.telegram.methods import method
from tests.doubles.telegram.state import State
from tests.doubles.telegram.webhook import Webhook, check_webhook

_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_PROFILE = {"Name": 64, "Description": 512, "ShortDescription": 120}
_RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_post_messages",
    "can_edit_messages",
    "can_manage_topics",
]


@method("getMe")
async def get_me(state: State, call: Call) -> Json:
    return {
        **state.bot_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": state.settings.can_read_all_group_messages,
        "supports_inline_queries": state.settings.inline_mode,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("getUpdates")
async def get_updates(state: State, call: Call) -> list[Json]:
    if state.sender.hook.url:
        raise conflict(WEBHOOK_ACTIVE)
    state.queue.allow(call.parsed("allowed_updates"))
    limit = call.number("limit", 100)
    return await state.queue.poll(
        call.number("offset"), min(max(limit, 1), 100), seconds=call.number("timeout")
    )


@method("setWebhook")
async def set_webhook(state: State, call: Call) -> bool:
    now = state.clock.now()
    if now - state.last_set_webhook < 1:
        raise too_many_requests(1)
    state.last_set_webhook = now
    url, secret = call.text("url"), call.text("secret_token")
    connections = call.number("max_connections", 40)
    if url:
        check_webhook(url, secret, connections, local_mode=state.settings.local_mode)
        state.queue.end_poll(conflict("terminated by setWebhook request"))
    state.queue.allow(call.parsed("allowed_updates"))
    if call.flag("drop_pending_updates"):
        state.queue.drop()
    state.sender.hook = Webhook(url, secret, connections)
    for entry in state.queue.pending:
        entry.in_flight = False
    state.sender.pump()
    return True


@method("deleteWebhook")
async def delete_webhook(state: State, call: Call) -> bool:
    state.sender.hook = Webhook()
    for entry in state.queue.pending:
        entry.in_flight = False
    if call.flag("drop_pending_updates"):
        state.queue.drop()
    return True


@method("getWebhookInfo")
async def get_webhook_info(state: State, call: Call) -> Json:
    hook = state.sender.hook
    info: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(state.queue.pending),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.last_error:
        info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    return info


@method("logOut", "close")
async def leave_server(state: State, call: Call) -> bool:
    return True


def _scope(state: State, call: Call) -> str:
    """A command scope as the key it is kept under: `default`, `chat -100…`, `chat_member -100… 7`."""
    scope = call.parsed("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: invalid scope type specified")
    parts = [str(kind)]
    for name in _SCOPES[kind]:
        if name not in scope:
            raise bad_request(f"can't parse BotCommandScope: can't find field \"{name}\"")
        parts.append(str(scope[name]))
    if len(parts) > 1:
        chat = state.chat_for(parts[1])
        if chat.type == "channel" or (chat.type == "private" and kind != "chat"):
            raise bad_request(f"can't use specified scope in {chat.type} chats")
        parts[1] = str(chat.id)
    return " ".join(parts)


@method("setMyCommands")
async def set_my_commands(state: State, call: Call) -> bool:
    key = _scope(state, call), limits.check_language(call.text("language_code"))
    commands = limits.check_commands(call.parsed("commands") or [])
    if commands:
        state.commands[key] = commands
    else:
        state.commands.pop(key, None)
    return True


@method("getMyCommands")
async def get_my_commands(state: State, call: Call) -> list[Json]:
    return state.commands.get((_scope(state, call), limits.check_language(call.text("language_code"))), [])


@method("deleteMyCommands")
async def delete_my_commands(state: State, call: Call) -> bool:
    state.commands.pop((_scope(state, call), limits.check_language(call.text("language_code"))), None)
    return True


def _parameter(what: str) -> str:
    return {"Name": "name", "Description": "description", "ShortDescription": "short_description"}[what]


@method(*("setMy" + what for what in _PROFILE))
async def set_my_profile(state: State, call: Call) -> bool:
    what = next(what for what in _PROFILE if call.method.lower() == "setmy" + what.lower())
    text = call.text(_parameter(what))
    if len(text) > _PROFILE[what]:
        raise bad_request(f"{_parameter(what).replace('_', ' ')} is too long")
    state.profile[_parameter(what), limits.check_language(call.text("language_code"))] = text
    return True


@method(*("getMy" + what for what in _PROFILE))
async def get_my_profile(state: State, call: Call) -> Json:
    what = next(what for what in _PROFILE if call.method.lower() == "getmy" + what.lower())
    name, language = _parameter(what), limits.check_language(call.text("language_code"))
    default = state.name if what == "Name" else ""
    return {name: state.profile.get((name, language)) or state.profile.get((name, "")) or default}


@method("setChatMenuButton")
async def set_chat_menu_button(state: State, call: Call) -> bool:
    state.menu_buttons[call.number("chat_id") or None] = call.parsed("menu_button") or {"type": "default"}
    return True


@method("getChatMenuButton")
async def get_chat_menu_button(state: State, call: Call) -> Json:
    return state.menu_buttons.get(call.number("chat_id") or None, {"type": "commands"})


@method("getFile")
async def get_file(state: State, call: Call) -> Json:
    return state.files.open_path(call.required("file_id"))


@method("getChat")
async def get_chat(state: State, call: Call) -> Json:
    chat = state.chat_for(call.text("chat_id"))
    gifts = dict.fromkeys(
        ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"],
        False,
    )
    return {**chat.json(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def member_json(user: Json, status: str) -> Json:
    """A ChatMember with every field its status asks for."""
    member: Json = {"user": user, "status": status}
    if status == "administrator":
        member |= {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(_RIGHTS, True)}
    elif status == "kicked":
        member["until_date"] = 0
    elif status == "creator":
        member["is_anonymous"] = False
    return member


@method("getChatMember")
async def get_chat_member(state: State, call: Call) -> Json:
    chat = state.chat_for(call.text("chat_id"))
    user_id = call.number("user_id")
    if user_id == state.bot_id:
        member = member_json(state.bot_json(), chat.bot_status)
        return member | {right: False for right in chat.withheld if right in member}
    found = _member(chat, user_id)
    if found is not None:
        return member_json(found.json(), "administrator" if found.id in chat.admins else "member")
    account = state.accounts.get(user_id)
    if account is None:
        raise bad_request("invalid user_id specified")
    return member_json(account.json(), "left")


def _member(chat: Chat, user_id: int) -> Account | None:
    return next((person for person in chat.members if person.id == user_id), None)


@method("getChatMemberCount")
async def get_chat_member_count(state: State, call: Call) -> int:
    return len(state.chat_for(call.text("chat_id")).members) + 1


@method("getChatAdministrators")
async def get_chat_administrators(state: State, call: Call) -> list[Json]:
    chat = state.chat_for(call.text("chat_id"))
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    return [member_json(state.bot_json(), "administrator")] if chat.bot_status == "administrator" else []


@method("leaveChat")
async def leave_chat(state: State, call: Call) -> bool:
    chat = state.writable(call.text("chat_id"))
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot_status = "left"
    return True


def as_json(value: Any) -> str:
    """A result as it goes over the wire."""
    return json.dumps({"ok": True, "result": value})
