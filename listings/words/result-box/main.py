import asyncio

async def supply(result):
    print("supplying the result")
    result.set_result("Result of 1")

async def main():
    result = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(supply(result))

    print("waiting for the result")
    print(f"received {await result!r}")
    await task

asyncio.run(main())
