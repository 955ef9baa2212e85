for word in ["one", "two", "three"]:
    print(word)
