"""Small copies of the product photos' collection, drawn, in the forms that it comes in."""

from tests.clothing import jpeg

HEAD = (
    "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,"
    "productDisplayName\n"
)


def number_of(place: int) -> int:
    """Number a product: five of a shoot, shoots a hundred apart."""
    return 1000 + 100 * (place // 5) + place % 5


def styles(count: int) -> bytes:
    """Write the public table; some names hold a comma, which nobody put in quotes."""
    lines = [
        f"{number_of(place)},Men,Apparel,Topwear,Shirts,Navy Blue,Fall,2011,Casual,"
        f"Turtle Check{', Navy' if place % 7 == 0 else ''} Shirt\n"
        for place in range(count)
    ]
    return (HEAD + "".join(lines)).encode()


def collection(count: int, root: str = "") -> dict[str, bytes]:
    """Give the files of the public collection by name."""
    photos = {f"{root}images/{number_of(place)}.jpg": jpeg(place) for place in range(count)}
    return {f"{root}styles.csv": styles(count), **photos}
