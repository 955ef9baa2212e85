import asyncio


def crunch(n):
    print(f"crunched {n}: {sum(range(1, n * 1_000 + 1))}")


async def rude_cruncher():
    for n in range(1, 4):
        crunch(n)


async def polite_cruncher():
    for n in range(1, 4):
        crunch(n)
        await asyncio.sleep(0)


async def heartbeat():
    for n in range(1, 4):
        print(f"beat {n}")
        await asyncio.sleep(0)


async def main():
    print("-- rude")
    cruncher = asyncio.create_task(rude_cruncher())
    await heartbeat()
    await cruncher

    print("-- polite")
    cruncher = asyncio.create_task(polite_cruncher())
    await heartbeat()
    await cruncher


asyncio.run(main())
