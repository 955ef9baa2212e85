import asyncio


async def runs_in(task):
    return asyncio.current_task() is task


async def main():
    task = asyncio.current_task()
    results = await asyncio.gather(runs_in(task), runs_in(task))
    print(f"gathered: {results}")

    task1 = asyncio.create_task(runs_in(task))
    task2 = asyncio.create_task(runs_in(task))
    print(f"spawned: {[await task1, await task2]}")


asyncio.run(main())
