import urllib.request
from concurrent.futures import ThreadPoolExecutor

import edges
from server import Server

# A proxy that is set for this machine's traffic could not reach the server.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def download(url):
    with opener.open(url) as response:
        return response.read()


def main():
    server = Server()

    # ANCHOR: changed
    with ThreadPoolExecutor(max_workers=12) as threads:
        pictures = list(threads.map(download, server.urls()))
    # ANCHOR_END: changed
    print(f"{len(pictures)} pictures, at most {server.most_at_once} at once")

    counts = [edges.count(picture) for picture in pictures]
    print(f"Edges: {counts}")


main()
