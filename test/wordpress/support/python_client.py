"""Connects with the official Python SDK, whose client Open WebUI is built on; prints what it got, as JSON.

Environment: URL, TOKEN. Each way of connecting is tried: the client that asks for the newest protocol first, and the older session.
"""

import asyncio
import json
import os

from mcp import Client, ClientSession
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

URL, TOKEN = os.environ["URL"], os.environ["TOKEN"]


def http_client():
    return create_mcp_http_client(headers={"Authorization": f"Bearer {TOKEN}"})


async def use(client):
    tools = await client.list_tools()
    made = await client.call_tool("tenant-create-post", {"title": "By Python", "content": "<p>x</p>"})
    failed = await client.call_tool("tenant-read-post", {"id": 99999})
    return {"tools": len(tools.tools), "status": made.structured_content["status"], "failed": failed.is_error}


async def main():
    async with http_client() as http, Client(streamable_http_client(URL, http_client=http)) as client:
        newest = {"protocol": client.protocol_version, **await use(client)}
    async with http_client() as http, streamable_http_client(URL, http_client=http) as streams:
        async with ClientSession(streams[0], streams[1]) as session:
            hello = await session.initialize()
            older = {"protocol": hello.protocol_version, **await use(session)}
    print(json.dumps({"client": newest, "session": older}))


asyncio.run(main())
