"""Speaks MCP to WordPress once and says in the termination message whether it worked.

Environment: WP_MCP_URL, WP_MCP_TOKEN; optional HANDSHAKE_ATTEMPTS and HANDSHAKE_RESULT (a file).
Result: {"ok": true, "tools": 13, "protocol": "2025-11-25", "server": "…"} or {"ok": false, "error": "…"}.
Only the standard library, so that it runs in any image with Python.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

PROTOCOL = "2025-11-25"
TIMEOUT_SECONDS = 15
# The kubelet keeps 4096 bytes of a termination message.
LONGEST_ERROR = 600


class HandshakeError(Exception):
    """Says in one sentence what did not work. `final` means that trying again cannot help."""

    def __init__(self, message, final=False):
        super().__init__(message)
        self.final = final


def read_answer(response, body):
    """The JSON-RPC message in an answer, which may be plain JSON or an event stream."""
    text = body.decode("utf-8", "replace")
    if "text/event-stream" in response.headers.get("Content-Type", ""):
        lines = [line[5:].strip() for line in text.splitlines() if line.startswith("data:")]
        text = lines[-1] if lines else ""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        raise HandshakeError("The endpoint answered with something that is not JSON") from None


def post(url, token, message, session):
    """Sends one message; returns the answer (None for notifications). Keeps what the server wants back in later headers."""
    headers = {
        "Authorization": "Bearer " + token,
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
    }
    headers.update(session)
    request = urllib.request.Request(url, data=json.dumps(message).encode(), headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            answer = read_answer(response, response.read())
            if response.headers.get("Mcp-Session-Id"):
                session["Mcp-Session-Id"] = response.headers["Mcp-Session-Id"]
    except urllib.error.HTTPError as error:
        refused = error.code in (401, 403)
        reason = "WordPress refused the token" if refused else "The endpoint answered with an error"
        raise HandshakeError(f"{reason} (HTTP {error.code} to {message['method']})", final=refused) from None
    except OSError as error:
        raise HandshakeError(f"The endpoint cannot be reached: {getattr(error, 'reason', error)}") from None
    if answer is not None and "error" in answer:
        raise HandshakeError(f"{message['method']}: {answer['error'].get('message', 'unknown error')}")
    return answer


def handshake(url, token):
    """One round of initialize, initialized and tools/list."""
    session = {}
    client = {"name": "ionos-tenants-handshake", "version": "1"}
    hello = {"protocolVersion": PROTOCOL, "capabilities": {}, "clientInfo": client}
    answer = post(url, token, {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}, session)
    result = (answer or {}).get("result") or {}
    protocol = result.get("protocolVersion")
    if not protocol:
        raise HandshakeError("initialize named no protocol version")
    session["MCP-Protocol-Version"] = protocol
    post(url, token, {"jsonrpc": "2.0", "method": "notifications/initialized"}, session)
    answer = post(url, token, {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}}, session)
    tools = ((answer or {}).get("result") or {}).get("tools") or []
    if not tools:
        raise HandshakeError("The endpoint offers no tools")
    return {"ok": True, "tools": len(tools), "protocol": protocol, "server": (result.get("serverInfo") or {}).get("name", "")}


def main():
    url = os.environ.get("WP_MCP_URL", "")
    token = os.environ.get("WP_MCP_TOKEN", "")
    attempts = int(os.environ.get("HANDSHAKE_ATTEMPTS", "5"))
    outcome = {"ok": False, "error": "WP_MCP_URL and WP_MCP_TOKEN must be set"}
    if url and token:
        for attempt in range(1, attempts + 1):
            try:
                outcome = handshake(url, token)
                break
            except HandshakeError as error:
                outcome = {"ok": False, "error": str(error).replace(token, "***")[:LONGEST_ERROR]}
                if error.final or attempt == attempts:
                    break
                time.sleep(2)
    text = json.dumps(outcome)
    print(text, flush=True)
    try:
        with open(os.environ.get("HANDSHAKE_RESULT", "/dev/termination-log"), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        print(f"cannot write the result: {error}", file=sys.stderr)
    return 0 if outcome["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
