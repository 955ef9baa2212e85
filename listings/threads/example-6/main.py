import asyncio
import time


def fetch_data(param):
    report(f"Do something with {param}...\n")
    time.sleep(param)
    report(f"Done with {param}\n")
    return f"Result of {param}"


def report(line):
    # In one piece. `print` writes the end of a line by itself, and another thread may come between.
    print(line, end="")


async def main():
    task1 = asyncio.create_task(asyncio.to_thread(fetch_data, 1))
    task2 = asyncio.create_task(asyncio.to_thread(fetch_data, 2))

    result1 = await task1
    print("Thread 1 fully completed")

    result2 = await task2
    print("Thread 2 fully completed")

    return [result1, result2]


t1 = time.perf_counter()

results = asyncio.run(main())
print(results)

t2 = time.perf_counter()
print(f"Finished in {t2 - t1:.2f} seconds")
