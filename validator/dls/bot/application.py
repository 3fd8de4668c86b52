"""The web side of the bot: it takes webhooks, and says how it is. Nothing here talks to the hub."""

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dls.bot.counters import Counters
from dls.bot.log_lines import log_event
from dls.bot.store import Receipt, Store, StoreFault
from dls.bot.webhook import MOST_BYTES, InvalidWebhook, Webhook, read_webhook
from dls.bot.workers import Workers
from dls.version import __version__

_SECONDS = 10.0  # to send a body
_STATUS: dict[Receipt, int] = {"stored": 202, "duplicate": 200, "limited": 429}


class WebhookRefusal(Exception):  # noqa: N818 - an answer, and no fault of the bot
    """A webhook that is not taken: the answer's status, and its name for the counts."""

    def __init__(self, status: int, answer: str) -> None:
        """Take the status and the name."""
        super().__init__(answer)
        self.status, self.answer = status, answer


class Receiver:
    """The endpoints."""

    def __init__(self, secret: str | None, store: Store, workers: Workers, counters: Counters) -> None:
        """Take the secret of the webhook (None lets everyone in), and the parts behind the endpoints."""
        self._secret, self._store, self._workers, self._counters = secret, store, workers, counters

    async def webhook(self, request: Request) -> Response:
        """Store the events of a webhook, and only then acknowledge it."""
        try:
            self._refuse_strangers(request)
            webhook = read_webhook(await _body(request))
            answer, status = await run_in_threadpool(self._store_events, webhook)
        except InvalidWebhook:
            answer, status = "invalid", 400
        except WebhookRefusal as refusal:
            answer, status = refusal.answer, refusal.status
        except StoreFault as error:
            log_event(logging.ERROR, "store_fault", problem=str(error))
            answer, status = "unstored", 503
        self._counters.webhook(answer)
        log_event(logging.INFO, "webhook", answer=answer, status=status)
        return JSONResponse({"answer": answer}, status)

    def _refuse_strangers(self, request: Request) -> None:
        """Refuse a request without the secret, before a byte of its body is read."""
        if self._secret is not None:
            key = request.headers.get("x-webhook-secret", "")
            if not hmac.compare_digest(key.encode("utf-8", "replace"), self._secret.encode()):
                raise WebhookRefusal(401, "forged")

    def _store_events(self, webhook: Webhook) -> tuple[str, int]:
        """Store each event, and return the answer: that of the one for which most is left to do."""
        if not webhook.events:
            return webhook.reason, 200
        receipts = [self._store.add(event) for event in webhook.events]
        for receipt in receipts:
            self._counters.event(receipt)
        self._workers.wake()
        answer = max(receipts, key=lambda receipt: _STATUS[receipt])
        return answer, _STATUS[answer]

    async def healthz(self, _: Request) -> Response:
        """Say whether the store answers and every worker runs."""
        try:
            await run_in_threadpool(self._store.waiting)
        except StoreFault as error:
            return JSONResponse({"status": "store fault", "problem": str(error)}, 503)
        alive = self._workers.are_alive
        return JSONResponse({"status": "ok" if alive else "no workers"}, 200 if alive else 503)

    async def metrics(self, _: Request) -> Response:
        """Show the counts."""
        try:
            text = await run_in_threadpool(self._counters.text)
        except StoreFault as error:
            return JSONResponse({"status": "store fault", "problem": str(error)}, 503)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    async def root(self, _: Request) -> Response:
        """Say who is here: a Space shows this page."""
        return Response(f"dls hub serve {__version__}: webhooks go to /webhook\n", media_type="text/plain")


async def _body(request: Request) -> bytes:
    """Read a body that is neither too large nor too slow.

    Raises:
        WebhookRefusal: it is.
    """
    data = bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            async for chunk in request.stream():
                data += chunk
                if len(data) > MOST_BYTES:
                    raise WebhookRefusal(413, "oversized")
    except TimeoutError:
        raise WebhookRefusal(408, "slow") from None
    return bytes(data)


def web_application(receiver: Receiver, workers: Workers) -> Starlette:
    """Return the application; the workers start and stop with it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await run_in_threadpool(workers.start)
        try:
            yield
        finally:
            await run_in_threadpool(workers.stop)

    routes = (
        Route("/webhook", receiver.webhook, methods=["POST"]),
        Route("/healthz", receiver.healthz),
        Route("/metrics", receiver.metrics),
        Route("/", receiver.root),
    )
    return Starlette(routes=routes, lifespan=lifespan)
