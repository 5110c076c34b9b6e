"""What a test arranges and looks at: people, chats, trouble, requests, menus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from tests.doubles.telegram import account
from tests.doubles.telegram.chats import Account, Chat, Message
from tests.doubles.telegram.entities import with_found
from tests.doubles.telegram.errors import Json, Refusal
from tests.doubles.telegram.faults import Gate
from tests.doubles.telegram.people import Person
from tests.doubles.telegram.server import BotApiServer
from tests.doubles.telegram.state import Query, Request

_ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class TelegramDouble(BotApiServer):
    """A strict Bot API server on 127.0.0.1, for one bot; use it as an async context manager.

    `base_url` and `base_file_url` are what the bot's settings need. Nothing outside the process is touched.
    """

    # People and chats

    def add_user(
        self, name: str, *, language_code: str = "en", username: str = "", last_name: str = ""
    ) -> Person:
        person = Account(self.state.next_id(), name, username, language_code, last_name)
        self.state.accounts[person.id] = person
        return Person(self.state, person)

    def private(self, person: Person) -> Chat:
        """The chat of a person with the bot, opened by the person (no update is sent for that)."""
        person.account.started = True
        chat = Chat(person.id, "private", members=[person.account])
        return self.state.chats.setdefault(person.id, chat)

    def add_group(
        self,
        title: str,
        *,
        members: Sequence[Person] = (),
        privacy: bool | None = None,
        bot_admin: bool = False,
        supergroup: bool = True,
        with_bot: bool = True,
    ) -> Chat:
        """A group. `privacy` None follows the bot's own mode; without `with_bot` the bot is outside."""
        number = self.state.next_id()
        chat = Chat(
            -1_001_000_000_000 - number if supergroup else -number,
            "supergroup" if supergroup else "group",
            title,
            members=[person.account for person in members],
            bot_status="administrator" if bot_admin else "member" if with_bot else "left",
            privacy=privacy,
        )
        self.state.chats[chat.id] = chat
        return chat

    def add_channel(
        self, title: str, *, username: str = "", bot_admin: bool = True, admins: Sequence[Person] = ()
    ) -> Chat:
        """A channel. What its administrators write there is posted in its name."""
        number = self.state.next_id()
        status = "administrator" if bot_admin else "left"
        chat = Chat(-1_002_000_000_000 - number, "channel", title, username, bot_status=status)
        chat.members = [person.account for person in admins]
        chat.admins = {person.id for person in admins}
        self.state.chats[chat.id] = chat
        return chat

    def post_in_channel(self, channel: Chat, text: str) -> Message:
        """A channel post: it has a sender_chat and no `from`."""
        content = {"text": text, "entities": with_found(text, [])}
        message = self.state.add_message(channel, content, sender=None, by_bot=False)
        self.state.deliver("message", message)
        return message

    def post_anonymously(self, group: Chat, text: str) -> Message:
        """A message of an administrator who writes in the name of the group."""
        content = {"text": text, "entities": with_found(text, []), "sender_chat": group.json()}
        message = self.state.add_message(group, content, sender=_ANONYMOUS, by_bot=False)
        self.state.deliver("message", message)
        return message

    def block(self, person: Person) -> None:
        """The person blocks the bot: my_chat_member `kicked`, and 403 for whatever is sent."""
        person.account.blocked = True
        self._bot_became(self.private(person), person.account, "member", "kicked")

    def unblock(self, person: Person) -> None:
        person.account.blocked = False
        self._bot_became(self.private(person), person.account, "kicked", "member")

    def deactivate(self, person: Person) -> None:
        person.account.deactivated = True

    def set_bot_status(
        self, chat: Chat, status: Literal["member", "administrator", "left", "kicked"], by: Person
    ) -> None:
        """Add the bot to a chat, promote it or throw it out."""
        old, chat.bot_status = chat.bot_status, status
        self._bot_became(chat, by.account, old, status)

    def _bot_became(self, chat: Chat, by: Account, old: str, new: str) -> None:
        bot = self.state.bot_json()
        content = {
            "chat": chat.json(),
            "from": by.json(),
            "date": int(self.clock.now()),
            "old_chat_member": account.member_json(bot, old),
            "new_chat_member": account.member_json(bot, new),
        }
        self.state.queue.push("my_chat_member", content, chat.id)

    def migrate(self, group: Chat) -> Chat:
        """Turn a basic group into a supergroup; the old id answers with migrate_to_chat_id."""
        if group.type != "group":
            raise ValueError("only a basic group (supergroup=False) can be upgraded")
        new = Chat(
            -1_003_000_000_000 - self.state.next_id(),
            "supergroup",
            group.title,
            members=group.members,
            bot_status=group.bot_status,
            privacy=group.privacy,
        )
        self.state.chats[new.id] = new
        group.migrated_to = new.id
        sender = group.members[0].json() if group.members else _ANONYMOUS
        for chat, content in (
            (group, {"migrate_to_chat_id": new.id}),
            (new, {"migrate_from_chat_id": group.id}),
        ):
            service = self.state.add_message(chat, content, sender=sender, by_bot=False)
            self.state.queue.push("message", service.json(), chat.id)
        return new

    # Trouble

    def force(
        self,
        method: str,
        *,
        status: int = 500,
        description: str | None = None,
        retry_after: int | None = None,
        times: int = 1,
        how: Literal["refuse", "hang", "drop"] = "refuse",
        stored: bool = False,
        chat: Chat | None = None,
    ) -> None:
        """Make the next `times` calls of a method ("*": any, "download": a file) fail.

        `how`: "refuse" answers with `status`, "hang" never answers, "drop" cuts the connection.
        `stored`: the work is done before that, as when an answer is lost on its way.
        """
        self.faults.force(
            method,
            status=status,
            description=description,
            retry_after=retry_after,
            times=times,
            how=how,
            stored=stored,
            chat_id=chat.id if chat else None,
        )

    def hold(self, method: str) -> Gate:
        """Keep back the answers to a method until the gate is released."""
        gate = Gate(method.lower())
        self.faults.gates.append(gate)
        return gate

    def go_down(self) -> None:
        """Cut every connection from now on, the waiting poll first."""
        self._down = True
        self.state.queue.end_poll(Refusal(502, "Bad Gateway"))

    def come_back(self) -> None:
        self._down = False

    def deliver_twice(self, times: int = 1) -> None:
        """Give the next `times` updates to the bot twice, under the same update_id."""
        self.state.queue.duplicates += times

    def deliver_again(self, number: int = -1) -> None:
        """Give an earlier update to the bot once more, though it was confirmed."""
        self.state.queue.repeat(self.state.queue.pushed[number])

    def deliver(self, kind: str, content: Json) -> None:
        """Give the bot an update of any kind, also one that no library knows yet."""
        self.state.queue.push(kind, content, kind, always=True)

    def add_web_file(self, url: str, data: bytes) -> None:
        """What Telegram finds when the bot sends a file by its address; nothing is fetched from the web."""
        self.state.files.web[url] = data

    # Looking

    @property
    def requests(self) -> list[Request]:
        return self.state.requests

    @property
    def violations(self) -> list[Request]:
        """Every request that was refused, but for failures the test forced."""
        return self.state.violations

    def calls(self, *methods: str) -> list[Request]:
        """The requests of some methods, oldest first."""
        wanted = {method.lower() for method in methods}
        return [request for request in self.requests if request.method.lower() in wanted]

    def unanswered(self) -> list[Query]:
        """Button presses the bot has not answered: their senders still see them in progress."""
        return [query for query in self.state.callbacks.values() if query.answer is None]

    def assert_clean(self, *allowed: str) -> None:
        """Raises AssertionError when a request was refused (but for descriptions that contain one of
        `allowed`) or a button press was never answered."""
        refused = [str(r) for r in self.violations if not any(text in r.description for text in allowed)]
        assert not refused, "refused requests:\n  " + "\n  ".join(refused)
        pressed = [query.data for query in self.unanswered()]
        assert not pressed, f"button presses without an answer: {pressed}"

    def commands(self, scope: str = "default", language: str = "") -> dict[str, str]:
        """The menu set for exactly this scope (`default`, `all_private_chats`, `chat 42`, …) and language."""
        return {c["command"]: c["description"] for c in self.state.commands.get((scope, language), [])}

    def menu(self, person: Person, chat: Chat) -> dict[str, str]:
        """The menu this person sees here: narrowest scope first, each in their language, then in any."""
        if chat.type == "private":
            scopes = [f"chat {chat.id}", "all_private_chats", "default"]
        else:
            scopes = [f"chat_member {chat.id} {person.id}", f"chat {chat.id}", "all_group_chats", "default"]
        for scope in scopes:
            for language in (person.account.language_code, ""):
                found = self.commands(scope, language)
                if found:
                    return found
        return {}

    # Waiting

    async def wait_until(
        self, condition: Callable[[], object], what: str, patience: float | None = None
    ) -> None:
        """Wait until a condition holds, looking after everything that happens.

        Raises NothingHappened.
        """
        await self.state.wait(lambda: True if condition() else None, what, patience)

    async def wait_ready(self, patience: float = 30.0) -> None:
        """Wait until the bot polls or has set a webhook."""
        before = self.state.queue.polls
        await self.wait_until(
            lambda: self.state.queue.polls > before or self.state.queue.polling or self.state.sender.hook.url,
            "the bot to ask for updates",
            patience,
        )

    async def wait_taken(self, patience: float | None = None) -> None:
        """Wait until the bot has confirmed every update."""
        await self.wait_until(lambda: not self.state.queue.pending, "every update to be confirmed", patience)

    async def wait_message(
        self, chat: Chat, until: Callable[[Message], bool] = bool, patience: float | None = None
    ) -> Message:
        """The bot's newest message in a chat that `until` holds for, now or as soon as there is one."""
        return await self.state.wait(
            lambda: next((m for m in reversed(chat.bot_messages) if until(m)), None), "a message", patience
        )

    async def wait_edit(self, message: Message, edits: int = 1, patience: float | None = None) -> Message:
        """The message once it has been edited `edits` times in all."""
        await self.wait_until(lambda: message.edits >= edits, f"edit {edits} of a message", patience)
        return message
