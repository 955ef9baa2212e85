import asyncio

async def fetch_data(param):
    print(f"Do something with {param}...")
    try:
        await asyncio.sleep(param)
    except asyncio.CancelledError:
        print("cancelled in its sleep")
        raise
    print(f"Done with {param}")

async def main():
    asyncio.create_task(fetch_data(1))
    asyncio.create_task(fetch_data(2))

    print("main returns")

asyncio.run(main())
