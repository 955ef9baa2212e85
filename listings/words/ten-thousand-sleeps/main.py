import asyncio
import time

async def nap():
    await asyncio.sleep(1)

async def main():
    t1 = time.perf_counter()

    tasks = []
    for _ in range(10_000):
        tasks.append(asyncio.create_task(nap()))
    for task in tasks:
        await task

    seconds = time.perf_counter() - t1
    print(f"10000 naps of 1 second took about {seconds:.0f} second")

asyncio.run(main())
