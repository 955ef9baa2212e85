import asyncio
from concurrent.futures import ProcessPoolExecutor


def is_prime(n):
    return n > 1 and all(n % divisor != 0 for divisor in range(2, n))


def count_primes(start, end):
    return sum(1 for n in range(start, end) if is_prime(n))


async def main():
    loop = asyncio.get_running_loop()

    with ProcessPoolExecutor(max_workers=2) as executor:
        low = loop.run_in_executor(executor, count_primes, 0, 3_000)
        high = loop.run_in_executor(executor, count_primes, 3_000, 6_000)
        parts = [await low, await high]

    print(f"two processes: {sum(parts)} primes")
    print(f"one process: {count_primes(0, 6_000)} primes")


if __name__ == "__main__":
    asyncio.run(main())
