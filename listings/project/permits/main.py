import asyncio
import time

permits = asyncio.Semaphore(2)


async def fetch(number, seconds):
    async with permits:
        print(f"{number}: asked for")
        await asyncio.sleep(seconds)
        print(f"{number}: here")
        await asyncio.sleep(1.5)
        print(f"{number}: done")


async def main():
    t1 = time.perf_counter()

    tasks = [
        asyncio.create_task(fetch(1, 0.5)),
        asyncio.create_task(fetch(2, 1.0)),
        asyncio.create_task(fetch(3, 1.1)),
    ]
    for task in tasks:
        await task
    print(f"Finished in {time.perf_counter() - t1:.2f} seconds")


asyncio.run(main())
