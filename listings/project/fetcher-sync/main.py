import time
import urllib.request

import edges
from server import Server

# A proxy that is set for this machine's traffic could not reach the server.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def download(url):
    with opener.open(url) as response:
        return response.read()


def main():
    server = Server()

    t1 = time.perf_counter()
    pictures = [download(url) for url in server.urls()]
    downloading = time.perf_counter() - t1
    print(f"{len(pictures)} pictures, at most {server.most_at_once} at once")

    t2 = time.perf_counter()
    counts = [edges.count(picture) for picture in pictures]
    counting = time.perf_counter() - t2
    print(f"Edges: {counts}")

    longer = "downloading" if downloading > counting else "counting"
    print(f"Most of the time went into {longer}")


main()
