import asyncio


async def fetch_data(param):
    await asyncio.sleep(param / 2)
    return f"Result of {param}"


async def main():
    tasks = [asyncio.create_task(fetch_data(n)) for n in (3, 1, 2)]
    for result in asyncio.as_completed(tasks):
        print(await result)
    print("all have come")


asyncio.run(main())
