import asyncio
import time

permits = asyncio.Semaphore(2)


async def fetch(number):
    async with permits:
        print(f"{number}: asked for")
        await asyncio.sleep(number * 0.15)
        print(f"{number}: here")
        await asyncio.sleep(1)
        print(f"{number}: done")


async def main():
    start = time.perf_counter()
    tasks = []
    for number in range(1, 5):
        tasks.append(asyncio.create_task(fetch(number)))
    for task in tasks:
        await task
    print(f"Finished in {time.perf_counter() - start:.2f} seconds")


asyncio.run(main())
