import asyncio
import time


def fetch_data(param):
    print(f"Do something with {param}...")
    time.sleep(param)
    print(f"Done with {param}")
    return f"Result of {param}"


async def main():
    try:
        print(await asyncio.wait_for(asyncio.to_thread(fetch_data, 2), 1))
    except TimeoutError:
        print("Gave up")
    print("main returns")


asyncio.run(main())
