import asyncio


async def fetch_data(param):
    print(f"Do something with {param}...")
    await asyncio.sleep(param)
    print(f"Done with {param}")
    return f"Result of {param}"


async def main():
    try:
        print(await asyncio.wait_for(fetch_data(2), 1))
    except TimeoutError:
        print("Gave up")
    await asyncio.sleep(2)
    print("main returns")


asyncio.run(main())
