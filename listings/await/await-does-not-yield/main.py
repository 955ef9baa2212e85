import asyncio

async def say(word):
    print(word)

async def main():
    print("await a call:")
    b = asyncio.create_task(say("  b"))
    for _ in range(3):
        await say("  a")
    await b

    print("await a task:")
    b = asyncio.create_task(say("  b"))
    for _ in range(3):
        await asyncio.create_task(say("  a"))
    await b

asyncio.run(main())
