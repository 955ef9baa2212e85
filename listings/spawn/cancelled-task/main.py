import asyncio


async def fetch_data(param):
    try:
        print(f"Do something with {param}...")
        await asyncio.sleep(param)
        print(f"Done with {param}")
    finally:
        print("cleaned up")


async def main():
    task1 = asyncio.create_task(fetch_data(2))
    await asyncio.sleep(1)

    task1.cancel()
    print("main has asked")

    try:
        await task1
    except asyncio.CancelledError:
        print("cancelled")


asyncio.run(main())
