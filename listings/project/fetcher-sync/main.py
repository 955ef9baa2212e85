import time
import urllib.request

import edges
from server import Server

# A proxy that is set for this machine's traffic could not reach the server.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def download(url):
    with opener.open(url) as response:
        return response.read()


def against(start, seconds):
    return "less than" if time.perf_counter() - start < seconds else "more than"


def main():
    server = Server()

    t1 = time.perf_counter()
    pictures = []
    for url in server.urls():
        pictures.append(download(url))
    print(f"{len(pictures)} pictures, at most {server.most_at_once} at once")
    print(f"Downloading took {against(t1, 3)} 3 seconds")

    t2 = time.perf_counter()
    counts = [edges.count(picture) for picture in pictures]
    print(f"Edges: {counts}")
    print(f"Counting took {against(t2, 1)} 1 second")


main()
