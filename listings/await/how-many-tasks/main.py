import asyncio


async def count(place):
    tasks = len(asyncio.all_tasks())
    print(f"{place}: {tasks}")


async def main():
    await count("tasks, while main awaits a call")
    await asyncio.create_task(count("tasks, while main awaits a task"))


asyncio.run(main())
