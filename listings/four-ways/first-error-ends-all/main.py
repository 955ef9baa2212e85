import asyncio


async def fetch_data(param):
    await asyncio.sleep(param / 2)
    if param == 1:
        raise RuntimeError(f"Fetch {param} has failed")
    print(f"Done with {param}")
    return f"Result of {param}"


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(fetch_data(n)) for n in (1, 2)]
        print([task.result() for task in tasks])
    except* RuntimeError as errors:
        for error in errors.exceptions:
            print(error)
    await asyncio.sleep(1.5)
    print("main returns")


asyncio.run(main())
