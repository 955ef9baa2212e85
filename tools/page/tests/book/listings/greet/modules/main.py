print("Hello & welcome, you")
