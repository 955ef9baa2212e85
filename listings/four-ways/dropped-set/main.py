import asyncio


async def save(what):
    print(f"Saving {what}")
    await asyncio.sleep(0.2)
    print(f"Saved {what}")


async def save_both():
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(save("one"))
        tasks.create_task(save("two"))
        await asyncio.sleep(0.1)


async def main():
    await save_both()
    print("save_both has returned")
    await asyncio.sleep(0.3)
    print("main returns")


asyncio.run(main())
