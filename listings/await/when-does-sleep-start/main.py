import asyncio
import time

async def main():
    t1 = time.perf_counter()

    sleep1 = asyncio.sleep(1)
    sleep2 = asyncio.sleep(2)

    await sleep1
    print("Sleep 1 fully completed")

    await sleep2
    print("Sleep 2 fully completed")

    print(f"Finished in {time.perf_counter() - t1:.2f} seconds")

asyncio.run(main())
