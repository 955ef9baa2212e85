import asyncio
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import edges
from server import Server

# A proxy that is set for this machine's traffic could not reach the server.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def read(url):
    with opener.open(url) as response:
        return response.read()


# ANCHOR: changed
async def download(url):
    return await asyncio.to_thread(read, url)


async def main():
    server = Server()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=12))

    tasks = []
    for url in server.urls():
        tasks.append(asyncio.create_task(download(url)))
    pictures = []
    for task in tasks:
        pictures.append(await task)
    # ANCHOR_END: changed
    print(f"{len(pictures)} pictures, at most {server.most_at_once} at once")

    counts = [edges.count(picture) for picture in pictures]
    print(f"Edges: {counts}")


asyncio.run(main())
