"""What compose/lib/fuzz adds to schemathesis: who is signed in, and what must not be done to them."""

import os
import socket
import urllib.parse
import uuid

import requests
import schemathesis

resolve = socket.getaddrinfo
own_ids = set()


def resolve_local(host, *arguments, **options):
    """*.localhost is this machine (RFC 6761): browsers and curl know it, the C library may not."""
    name = host.decode() if isinstance(host, bytes) else host
    return resolve("127.0.0.1" if name and name.endswith(".localhost") else host, *arguments, **options)


socket.getaddrinfo = resolve_local


@schemathesis.auth()
class Session:
    """Signs FUZZ_EMAIL in, and again when the session has ended."""

    def get(self, case, context):
        url = urllib.parse.urljoin(os.environ["FUZZ_URL"], "/api/auth/login")
        account = {"email": os.environ["FUZZ_EMAIL"], "password": os.environ["FUZZ_PASSWORD"]}
        answer = requests.post(url, json=account, timeout=30)
        answer.raise_for_status()
        own_ids.add(answer.json()["user"]["id"])
        return answer.json()["token"]

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Nobody changes or deletes the account that is signed in: the rest of the run would be refused."""
    parameters = case.path_parameters or {}
    if case.method != "GET" and str(parameters.get("user")).lower() in own_ids:
        parameters["user"] = str(uuid.UUID(int=0))
