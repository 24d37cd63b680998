"""Which stretches of a plain text are page furniture, and the text with them blanked.

Furniture is masked, never cut, so that offsets hold.
"""

from db.records import Block, BlockKind


def find_furniture(text: str) -> tuple[Block, ...]:
    """Stretches of `text` that are navigation, teasers, event ads, newsletter boxes and the like."""
    return ()


def mask(text: str, blocks: tuple[Block, ...]) -> str:
    """`text` with every furniture block replaced by spaces; line breaks and length stay."""
    chars = list(text)
    for block in blocks:
        if block.kind is BlockKind.FURNITURE:
            for i in range(block.start, block.end):
                if chars[i] != "\n":
                    chars[i] = " "
    return "".join(chars)
