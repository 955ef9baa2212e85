import asyncio
import time
from concurrent.futures import ProcessPoolExecutor


def fetch_data(param):
    report(f"Do something with {param}...\n")
    time.sleep(param)
    report(f"Done with {param}\n")
    return f"Result of {param}"


def report(line):
    # In one piece. `print` may write the end of a line by itself, and another process come between.
    print(line, end="", flush=True)


async def main():
    loop = asyncio.get_running_loop()

    with ProcessPoolExecutor(max_workers=2) as executor:
        task1 = loop.run_in_executor(executor, fetch_data, 1)
        task2 = loop.run_in_executor(executor, fetch_data, 2)

        result1 = await task1
        print("Process 1 fully completed", flush=True)

        result2 = await task2
        print("Process 2 fully completed", flush=True)

    return [result1, result2]


if __name__ == "__main__":
    t1 = time.perf_counter()

    results = asyncio.run(main())
    print(results)

    t2 = time.perf_counter()
    print(f"Finished in {t2 - t1:.2f} seconds")
