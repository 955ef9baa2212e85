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

    limit = 5
    verdict = "less" if time.perf_counter() - t1 < limit else "more"
    print(f"10000 naps of 1 second took {verdict} than 5 seconds")

asyncio.run(main())
