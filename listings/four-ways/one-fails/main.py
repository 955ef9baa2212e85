import asyncio


async def fetch_data(param):
    await asyncio.sleep(param / 2)
    if param == 1:
        raise RuntimeError(f"Fetch {param} has failed")
    print(f"Done with {param}")
    return f"Result of {param}"


async def main():
    try:
        print(await asyncio.gather(fetch_data(1), fetch_data(2)))
    except RuntimeError as error:
        print(error)
    await asyncio.sleep(1.5)
    print("main returns")


asyncio.run(main())
