# Prints in an order that the page does not show and the listing's declaration allows.
for line in ["second starts", "second ends", "first starts", "first ends", "done"]:
    print(line)
