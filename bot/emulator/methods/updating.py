"""How the bot gets its updates."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

from bot.emulator.errors import ENDED_BY_SET_WEBHOOK, WEBHOOK_IS_ACTIVE, bad_request, conflict
from bot.emulator.params import Params
from bot.emulator.service import Described, Method, Service
from bot.emulator.webhook import DEFAULT_CONNECTIONS, Address

PORTS = {80, 88, 443, 8443}
LONGEST_SECRET = 256
MOST_CONNECTIONS = 100


async def get_updates(service: Service, params: Params) -> list[Any]:
    if service.webhook.address is not None:
        raise conflict(WEBHOOK_IS_ACTIVE)
    _keep_allowed_updates(service, params)
    limit = params.number("limit")
    return await service.polling.poll(
        offset=params.number("offset") or 0,
        limit=100 if limit is None else limit,
        timeout_seconds=params.number("timeout") or 0,
    )


async def set_webhook(service: Service, params: Params) -> Described:
    url = params.text("url")
    if not url:
        return await delete_webhook(service, params)
    secret = params.text("secret_token")
    if len(secret) > LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        raise bad_request("secret token contains unallowed characters")
    _check_url(url, strict=service.strict_webhook_urls)
    connections = params.number("max_connections") or DEFAULT_CONNECTIONS
    address = Address(
        url, secret, max(1, min(MOST_CONNECTIONS, connections)), "certificate" in params.uploads
    )
    _keep_allowed_updates(service, params)
    if params.flag("drop_pending_updates"):
        service.updates.clear()
    if address == service.webhook.address:
        return Described(result=True, description="Webhook is already set")
    service.polling.interrupt(conflict(ENDED_BY_SET_WEBHOOK))
    service.webhook.set(address)
    return Described(result=True, description="Webhook was set")


async def delete_webhook(service: Service, params: Params) -> Described:
    if params.flag("drop_pending_updates"):
        service.updates.clear()
    if service.webhook.address is None:
        return Described(result=True, description="Webhook is already deleted")
    service.webhook.remove()
    return Described(result=True, description="Webhook was deleted")


async def get_webhook_info(service: Service, params: Params) -> dict[str, Any]:
    del params
    webhook, address = service.webhook, service.webhook.address
    info: dict[str, Any] = {
        "url": address.url if address else "",
        "has_custom_certificate": bool(address and address.has_certificate),
        "pending_update_count": len(service.updates),
    }
    if address is not None:
        info["max_connections"] = address.connections
        info["ip_address"] = "127.0.0.1"
    if webhook.last_error:
        info["last_error_date"] = webhook.last_error_at
        info["last_error_message"] = webhook.last_error
    if service.updates.allowed:
        info["allowed_updates"] = service.updates.allowed
    return info


def _keep_allowed_updates(service: Service, params: Params) -> None:
    """A list replaces the old one, an empty list means the default, none at all changes nothing."""
    allowed = params.structure("allowed_updates")
    if isinstance(allowed, list):
        service.updates.allowed = [str(kind) for kind in allowed]


def _check_url(url: str, *, strict: bool) -> None:
    try:
        address = urlsplit(url)
        port = address.port
    except ValueError as error:
        raise bad_request("invalid webhook URL specified") from error
    if not address.hostname or address.scheme not in {"http", "https"}:
        raise bad_request("invalid webhook URL specified")
    if strict:
        _check_like_the_service(address, port)


def _check_like_the_service(address: SplitResult, port: int | None) -> None:
    host = address.hostname or ""
    if address.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if host == "localhost":
        raise bad_request("bad webhook: IP address 127.0.0.1 is reserved")
    try:
        reserved = not ipaddress.ip_address(host).is_global
    except ValueError:
        return
    if reserved:
        raise bad_request(f"bad webhook: IP address {host} is reserved")


METHODS: dict[str, Method] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
