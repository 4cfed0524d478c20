"""The headers that tell a browser what a page of ours may do."""

from flask import Flask, Response

# No inline script or style anywhere, nothing from elsewhere, no frame around us.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",  # a shopper's own photo is shown from memory
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # another site must not see the token of a search
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
}


def add_headers(app: Flask) -> None:
    """Send the security headers with every answer of an application."""
    app.after_request(add_security)


def add_security(response: Response) -> Response:
    """Send the security headers with an answer."""
    response.headers.setdefault("Cache-Control", "no-cache")  # what is for sale changes
    response.headers.extend(_HEADERS)  # no view sets any of them itself
    return response
