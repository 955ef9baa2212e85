import asyncio
import time

async def fetch_data(param):
    print(f"Do something with {param}...")
    await asyncio.sleep(param)
    print(f"Done with {param}")
    return f"Result of {param}"

async def main():
    # SCHEDULE: create_task submits the coroutine to the event loop immediately.
    # Both tasks start running CONCURRENTLY right here.
    task1 = asyncio.create_task(fetch_data(1))
    task2 = asyncio.create_task(fetch_data(2))

    # AWAITING: main() pauses here, but task2 is already running in the background.
    # The event loop switches between task1 and task2 while they are "sleeping".
    result1 = await task1
    print("Task 1 fully completed")

    # When we reach here, task2 has already been running for 1 second.
    # It only needs 1 more second to finish, not 2.
    result2 = await task2
    print("Task 2 fully completed")

    return [result1, result2]

t1 = time.perf_counter()

results = asyncio.run(main())
print(results)

t2 = time.perf_counter()
print(f"Finished in {t2 - t1:.2f} seconds")
