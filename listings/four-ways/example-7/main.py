import asyncio
import time


async def fetch_data(param):
    await asyncio.sleep(param / 2)
    return f"Result of {param}"


async def main():
    # Tasks, awaited one after the other
    task1 = asyncio.create_task(fetch_data(1))
    task2 = asyncio.create_task(fetch_data(2))
    result1 = await task1
    result2 = await task2
    print(f"Task 1 and 2 awaited results: {[result1, result2]}")

    # Coroutines, gathered
    results = await asyncio.gather(fetch_data(1), fetch_data(2))
    print(f"Coroutine Results: {results}")

    # Tasks, gathered
    task1 = asyncio.create_task(fetch_data(1))
    task2 = asyncio.create_task(fetch_data(2))
    results = await asyncio.gather(task1, task2)
    print(f"Task Results: {results}")

    # A group of tasks
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch_data(n)) for n in (1, 2)]
    print(f"Task Group Results: {[task.result() for task in tasks]}")

    return "Main Coroutine Done"


t1 = time.perf_counter()

print(asyncio.run(main()))

t2 = time.perf_counter()
print(f"Finished in {t2 - t1:.2f} seconds")
