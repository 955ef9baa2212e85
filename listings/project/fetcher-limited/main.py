import asyncio
import urllib.request

import edges
from server import Server

# A proxy that is set for this machine's traffic could not reach the server.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def read(url):
    with opener.open(url) as response:
        return response.read()


# ANCHOR: changed
async def download(permits, url):
    async with permits:
        return await asyncio.to_thread(read, url)


async def main():
    server = Server()

    permits = asyncio.Semaphore(4)
    tasks = []
    for url in server.urls():
        tasks.append(asyncio.create_task(download(permits, url)))
    # ANCHOR_END: changed
    pictures = []
    for task in tasks:
        pictures.append(await task)
    print(f"{len(pictures)} pictures, at most {server.most_at_once} at once")

    counts = [edges.count(picture) for picture in pictures]
    print(f"Edges: {counts}")


asyncio.run(main())
