import asyncio
import time

async def fetch_data(param):
    print(f"Do something with {param} ...")
    await asyncio.sleep(param)
    print(f"Done with {param}")
    return f"Result of {param}"

# CRITICAL: This is sequential execution
async def main():
    # These are merely "blueprints".
    # Coroutine objects are lazy; they don't do anything until explicitly driven.
    task1 = fetch_data(1)       # Create coroutine objects. They are NOT running yet.
    task2 = fetch_data(2)       # Create coroutine objects. They are NOT running yet.

    # The 'await' keyword pauses 'main()', waiting for 'task1' to finish completely.
    result1 = await task1       # It is not concurrent because there is only 1 task in event loop
    print("Task 1 fully completed")

    result2 = await task2       # 'task2' only starts to be executed here because it wasn't scheduled as a Task until now.
    print("Task 2 fully completed")

    return [result1, result2]

t1 = time.perf_counter()

# Entry point: creates the event loop and runs the main coroutine.
results = asyncio.run(main())
print(results)

t2 = time.perf_counter()
print(f"Finished in {t2 - t1:.2f} seconds")
