"""Records what Python's codecs make of 2 000 made-up strings each, and their names, for python.test.ts: python3 test/record.py

The bytes are drawn from an alphabet by a generator that the test has too, so that only digests need to be kept, one for ten
strings. After the name of an encoding come the alphabet, in hexadecimal, and what a string may begin with.
"""

import codecs
import encodings
import encodings.aliases
import json
import pathlib
import pkgutil
import zlib

COUNT, GROUP, LONGEST = 2000, 10, 48

anything = "".join(f"{byte:02x}" for byte in range(256))
# Borders of the ranges of UTF-8's lead and trail bytes, and what is near surrogates and the last code points.
utf8 = "20417f8081838fa8acb0bf90959fa0a2bf80afbfc0c1c2c3d0dfe0e1e2e4ecedeeeff0f1f3f4f5f8ff80bf80bfe2e4f0f0efbbbf"
utf16 = "00000000414220d7d8d8d9dbdcdcdddfe0fefffdffe9ac0304fb"
utf32 = "0000000000000000000000000000000101030f1011d8dbdcdfff41e9fefd20ac"

ENCODINGS = {
    "utf-8": (utf8, ["", "", "", "efbbbf"]),
    "utf-8-sig": (utf8, ["", "efbbbf", "efbb", "efbbbfefbbbf"]),
    "utf-16": (utf16, ["", "fffe", "feff", "fefffeff"]),
    "utf-16-le": (utf16, ["", "fffe", "feff"]),
    "utf-16-be": (utf16, ["", "fffe", "feff"]),
    "utf-32": (utf32, ["", "fffe0000", "0000feff", "feff0000"]),
    "utf-32-le": (utf32, ["", "fffe0000", "0000feff"]),
    "utf-32-be": (utf32, ["", "fffe0000", "0000feff"]),
}
for name in (
    "latin-1 ascii cp1250 cp1251 cp1252 cp1253 cp1254 cp1256 cp1257 cp1258 cp874 koi8-r koi8-u koi8-t mac-roman mac-cyrillic "
    "mac-latin2 kz1048 ptcp154 hp-roman8 cp437 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 "
    "cp864 cp865 cp866 cp869 cp1125"
).split() + [f"iso-8859-{part}" for part in range(1, 17) if part != 12]:
    ENCODINGS[name] = (anything, [""])


def strings(alphabet, starts):
    state = 1

    def below(limit):
        nonlocal state
        # xorshift32
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        return state % limit

    for _ in range(COUNT):
        start = starts[below(len(starts))]
        yield start + bytes(alphabet[below(len(alphabet))] for _ in range(below(LONGEST)))


recorded = {}
for name, (alphabet, starts) in ENCODINGS.items():
    texts = [data.decode(name, "replace") for data in strings(bytes.fromhex(alphabet), [bytes.fromhex(s) for s in starts])]
    groups = ["\n".join(texts[at : at + GROUP]) for at in range(0, COUNT, GROUP)]
    # UTF-32, since a text may hold surrogates that stand alone.
    digests = [f"{zlib.crc32(group.encode('utf-32-le', 'surrogatepass')):08x}" for group in groups]
    recorded[name] = {"alphabet": alphabet, "starts": starts, "digests": "".join(digests)}

# Every codec for text that Python has everywhere, with its aliases.
labels = {}
for module in pkgutil.iter_modules(encodings.__path__):
    if module.name in ("aliases", "mbcs", "oem") or not codecs.lookup(module.name)._is_text_encoding:
        continue
    labels[module.name] = sorted(alias for alias, name in encodings.aliases.aliases.items() if name == module.name)

out = {"count": COUNT, "group": GROUP, "longest": LONGEST, "labels": labels, "encodings": recorded}
path = pathlib.Path(__file__).with_name("recorded.json")
path.write_text(json.dumps(out) + "\n")
