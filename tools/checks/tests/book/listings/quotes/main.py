print(repr("one"))
