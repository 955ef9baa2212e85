import asyncio


async def save(what, seconds):
    print(f"Saving {what}")
    await asyncio.sleep(seconds)
    print(f"Saved {what}")


async def save_both():
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(save("one", 0.5))
        tasks.create_task(save("two", 1))
        await asyncio.sleep(0)


async def main():
    await save_both()
    print("save_both has returned")
    await asyncio.sleep(1.5)
    print("main returns")


asyncio.run(main())
