import asyncio
import warnings

# A warning goes to stderr, with places in the interpreter's own files.
warnings.showwarning = lambda message, *_: print(f"Warning: {message}")


async def save(text):
    print(f"Saved {text}")


async def main():
    _saving = save("one")
    await save("two")
    print("main returns")


asyncio.run(main())
