"""Finds edges: the points of a picture where the grey changes much, by Sobel's operator."""


def count(pgm):
    """How many points of a PGM picture lie on an edge."""
    _, size, _, greys = pgm.split(b"\n", 3)
    width, height = map(int, size.split())
    edges = 0
    for y in range(1, height - 1):
        for x in range(1, width - 1):

            def grey(dx, dy):
                return greys[(y + dy - 1) * width + x + dx - 1]

            left = grey(0, 0) + 2 * grey(0, 1) + grey(0, 2)
            right = grey(2, 0) + 2 * grey(2, 1) + grey(2, 2)
            above = grey(0, 0) + 2 * grey(1, 0) + grey(2, 0)
            below = grey(0, 2) + 2 * grey(1, 2) + grey(2, 2)
            if abs(left - right) + abs(above - below) > 255:
                edges += 1
    return edges
