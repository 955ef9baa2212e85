import asyncio
import time


async def fetch_data(param):
    await asyncio.sleep(param / 2)
    return f"Result of {param}"


async def main():
    t1 = time.perf_counter()

    fetches = [fetch_data(n) for n in (3, 1, 2)]
    print(await asyncio.gather(*fetches))
    print(f"Finished in {time.perf_counter() - t1:.2f} seconds")


asyncio.run(main())
