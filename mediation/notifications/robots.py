"""Group-chat robots of WeCom, DingTalk and Feishu, reached through the plugins of the library Apprise.

A person types the robot's key only, never an address: the hosts are the providers' own, or the one gateway that the
operator names (``MEDIATION_WEBHOOK_BASE``). So nobody can make the server call a machine of their choice.
"""

from __future__ import annotations

import importlib
import json
import re
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Provider:
    """One provider: its plugin, what a key looks like, its address up to the key, and what a message may hold."""

    module: str
    plugin: str
    argument: str
    key: str
    address: str
    most_bytes: int
    has_secret: bool = False


PROVIDERS = {
    "wecom": Provider(
        "apprise.plugins.wecombot",
        "NotifyWeComBot",
        "key",
        r"[A-Za-z0-9_-]{8,100}",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
        2048,
    ),
    "dingtalk": Provider(
        "apprise.plugins.dingtalk",
        "NotifyDingTalk",
        "token",
        r"[A-Za-z0-9]{8,100}",
        "https://oapi.dingtalk.com/robot/send?access_token=",
        19_000,
        has_secret=True,
    ),
    "feishu": Provider(
        "apprise.plugins.feishu",
        "NotifyFeishu",
        "token",
        r"[A-Za-z0-9_-]{8,100}",
        "https://open.feishu.cn/open-apis/bot/v2/hook/",
        19_000,
    ),
}
SECRET = re.compile(r"[A-Za-z0-9]{8,100}")
# Why the last request of this thread of work did not succeed: the plugins say only that it did not.
_reason: ContextVar[str] = ContextVar("reason", default="")


class RobotError(RuntimeError):
    """The robot did not take the message. The text holds a status or the provider's code, never the key."""


def read_key(kind: str, text: str) -> str | None:
    """The key out of what a person typed or pasted: the key itself, or the provider's whole address. None: neither."""
    provider = PROVIDERS[kind]
    text = text.strip()
    if text.startswith(provider.address):
        text = re.split(r"[&/?#]", text.removeprefix(provider.address))[0]
    return text if re.fullmatch(provider.key, text) else None


def seal(key: str, secret: str | None) -> str:
    """Key and secret as one text for the sealed column."""
    return json.dumps({"key": key, "secret": secret})


def opened(target: str) -> tuple[str, str | None]:
    """(key, secret) of a sealed column."""
    values = json.loads(target)
    return values["key"], values["secret"]


def send(kind: str, target: str, *, subject: str, body: str, base: str | None = None) -> None:
    """Say something in the group of a robot. ``base``: another address in the providers' place. Raises RobotError."""
    provider = PROVIDERS[kind]
    key, secret = opened(target)
    given = {provider.argument: key} | ({"secret": secret} if secret else {})
    plugin = _plugin(kind, base)(**given)
    _reason.set("")
    room = provider.most_bytes - len(subject.encode()) - 2
    if not plugin.notify(title=subject, body=cut(body, room)):
        raise RobotError(_reason.get() or "not sent")


def cut(text: str, most_bytes: int) -> str:
    """The first whole lines that fit into a number of bytes (UTF-8), with dots where something is left out."""
    if len(text.encode()) <= most_bytes:
        return text
    kept, room = [], most_bytes - len("\n……".encode())
    for line in text.splitlines():
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, "……"])


@cache
def _plugin(kind: str, base: str | None) -> type:
    """The plugin, bound to our addresses and to a strict reading of the answers. Loaded when first needed."""
    provider = PROVIDERS[kind]
    module = importlib.import_module(provider.module)
    if not isinstance(module.requests, _Strict):
        module.requests = _Strict(module.requests)
    plugin: Any = getattr(module, provider.plugin)
    if base is None:
        return plugin
    address = urlsplit(plugin.notify_url)
    path = f"{address.path}?{address.query}" if address.query else address.path
    return type(plugin.__name__, (plugin,), {"notify_url": base.rstrip("/") + path})


class _Strict:
    """The HTTP library as a plugin sees it: an answer 200 whose body carries an error code is a refusal.

    All three providers refuse that way (a wrong key, too many messages), and the plugins look at the status alone.
    """

    def __init__(self, library: Any) -> None:
        self._library = library

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def post(self, *args: Any, **kwargs: Any) -> Any:
        """As of the library, without following the answer elsewhere."""
        kwargs["allow_redirects"] = False
        try:
            answer = self._library.post(*args, **kwargs)
        except self._library.RequestException as error:
            # Its text holds the whole address and with it the key.
            _reason.set(type(error).__name__)
            raise
        if answer.status_code != 200:
            _reason.set(f"HTTP {answer.status_code}")
            return answer
        refusal = _refusal(answer.content)
        if refusal:
            _reason.set(refusal)
            raise self._library.RequestException(refusal)
        return answer


def _refusal(content: bytes) -> str:
    """The provider's error code in an answer, "" when it took the message. An answer that cannot be read is no yes."""
    try:
        values = json.loads(content)
        code = next((values[name] for name in ("errcode", "code", "StatusCode") if name in values), None)
    except (ValueError, TypeError):
        return "the answer cannot be read"
    return "" if code == 0 else f"refused with code {code}"
