"""What holds for every request before any route: how long it may be, and what every answer tells a browser."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ANSWERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Headers of every answer that says nothing else: what is personal stays in no cache, no frame and no address."""

_TOO_LONG = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class Careful:
    """ASGI: adds :data:`ANSWERS`, where the application has not set such a header itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""

        async def careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ANSWERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, careful)


class Bounded:
    """ASGI: a body of more than ``longest`` bytes is not read on; whoever reads it answers 413."""

    def __init__(self, app: ASGIApp, longest: int) -> None:
        self._app = app
        self._longest = longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        read = int(announced) if announced.isdecimal() and len(announced) < 20 else 0

        async def bounded() -> Message:
            nonlocal read, announced
            if read > self._longest:
                raise HTTPException(_TOO_LONG)
            message = await receive()
            read = (0 if announced else read) + len(message.get("body", b""))
            announced = ""
            if read > self._longest:
                raise HTTPException(_TOO_LONG)
            return message

        await self._app(scope, bounded, send)
