import asyncio

async def fetch_data(param):
    print(f"Do something with {param}...")

async def main():
    task1 = asyncio.create_task(fetch_data(1))
    print("main, after spawn 1")

    task2 = asyncio.create_task(fetch_data(2))
    print("main, after spawn 2")

    await task1
    await task2

asyncio.run(main())
