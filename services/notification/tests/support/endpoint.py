"""An endpoint as an outsider writes it in Python: over TLS, verified by the guide's ten lines and by Standard Webhooks' own
library, read by CloudEvents'. Prints a line for what it took, and answers 400 to what it does not believe.

    endpoint.py PORT GUIDE CERTIFICATE KEY SECRET_FILE
"""

import json
import re
import ssl
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cloudevents.core.bindings.http import HTTPMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from standardwebhooks.webhooks import Webhook

port, guide, certificate, key, secret_file = sys.argv[1:]
ten_lines = re.search(r"```python\n(.*?)```", Path(guide).read_text(), re.DOTALL).group(1)
names = {}
exec(ten_lines, names)


class Endpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        secret = Path(secret_file).read_text()
        by_guide, by_library = self.refusal(names["verify"], secret, headers, body), self.refusal(by_standard, secret, headers, body)
        if by_guide or by_library:
            told = {"refused": [by_guide, by_library]}
        else:
            event = from_structured(HTTPMessage({"content-type": headers["content-type"]}, body), JSONFormat())
            told = {
                "id": event.get_id(), "type": event.get_type(), "source": event.get_source(), "subject": event.get_subject(),
                "edition": event.get_extension("edition"), "count": event.get_extension("count"), "time": event.get_time().isoformat(),
                "data": event.get_data(), "signatures": len(headers["webhook-signature"].split()),
            }  # fmt: skip
        print(json.dumps(told), flush=True)
        self.send_response(400 if "refused" in told else 204)
        self.send_header("content-length", "0")
        self.end_headers()

    @staticmethod
    def refusal(verify, *arguments):
        try:
            verify(*arguments)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return None

    def log_message(self, *_):
        pass


def by_standard(secret, headers, body):
    Webhook(secret).verify(body, headers)


server = HTTPServer(("127.0.0.1", int(port)), Endpoint)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
print("ready", flush=True)
server.serve_forever()
