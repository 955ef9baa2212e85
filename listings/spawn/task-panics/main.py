import asyncio


async def fetch_data(param):
    if param == 0:
        raise ValueError("there is nothing to fetch")
    return f"Result of {param}"


async def main():
    for param in [0, 1]:
        try:
            print(await asyncio.create_task(fetch_data(param)))
        except ValueError as error:
            print(f"The task has raised: {error}")
    print("main returns")


asyncio.run(main())
