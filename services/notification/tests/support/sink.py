"""A mail server nobody here wrote (aiosmtpd), as an oracle.

Prints its port, then one JSON object per message, read by Python's own e-mail parser.
Usage: sink.py [CERT KEY]: with a certificate it demands STARTTLS and the login `winner`/`rahasia`.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        bodies = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
        print(json.dumps({
            "mail_from": envelope.mail_from,
            "rcpt_tos": envelope.rcpt_tos,
            "encrypted": session.ssl is not None,
            "login": session.authenticated,
            "headers": {name: str(value) for name, value in message.items()},
            "defects": [str(defect) for defect in message.defects],
            "text": bodies.get("text/plain"),
            "html": bodies.get("text/html"),
        }), flush=True)
        return "250 taken"


def login(server, session, envelope, mechanism, data):
    # Not "handled": the server answers the client itself.
    return AuthResult(success=data.login == b"winner" and data.password == b"rahasia", handled=False)


async def main():
    options = {}
    if len(sys.argv) > 1:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        options = dict(tls_context=context, require_starttls=True, auth_required=True, authenticator=login)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), loop=loop, **options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with the test that started it.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
