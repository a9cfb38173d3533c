"""Cuts texts into SMS as smpplib does: a line of hexadecimal UTF-8 in, a line of the alphabet and the parts out.

smpplib cuts characters of two septets, and surrogate pairs, in two where a part ends (its own FIXME). Where it does, the line begins with
`cut`, and the parts are filled character by character instead, each encoded by smpplib's own functions.
"""

import sys

from smpplib import consts, gsm

CODES = {consts.SMPP_ENCODING_DEFAULT: "GSM-7", consts.SMPP_ENCODING_ISO10646: "UCS-2"}


def whole_characters(text: str, encoding: int, room: int) -> list[bytes]:
    encode = gsm.ENCODINGS[encoding][0]
    parts = [b""]
    for character in map(encode, text):
        if len(parts[-1]) + len(character) > room:
            parts.append(b"")
        parts[-1] += character
    return parts


for line in sys.stdin:
    text = bytes.fromhex(line).decode()
    parts, encoding, esm_class = gsm.make_parts(text)
    if esm_class:
        parts = [part[6:] for part in parts]
    word = "as"
    if len(parts) > 1:
        whole = whole_characters(text, encoding, gsm.ENCODINGS[encoding][2])
        assert b"".join(whole) == b"".join(parts)
        word, parts = ("as" if whole == parts else "cut"), whole
    print(word, CODES[encoding], *(part.hex() or "-" for part in parts), flush=True)
