"""Rust sources as the counters of this folder read them: by their text, without a compiler."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Comments, strings and characters; what is left of a lifetime is no character.
_QUIET = re.compile(
    r"""//[^\n]*
      | b?r(?P<hashes>\#*)".*?"(?P=hashes)
      | b?"(?:\\.|[^"\\])*"
      | b?'(?:\\(?:x..|u\{[^}]*\}|.)|[^'\\])'
      | /\*""",
    re.VERBOSE | re.DOTALL,
)

TEST = re.compile(r"#!?\[cfg\((?:all\()?(?:doc)?test\b[^\]]*\]")


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def code(text, keep_strings=False):
    """The text with comments, and the insides of strings, as spaces: lines and columns stay."""
    pieces, at = [], 0
    while found := _QUIET.search(text, at):
        pieces.append(text[at : found.start()])
        end = found.end()
        if found.group() == "/*":
            depth = 1
            while depth:
                mark = re.compile(r"/\*|\*/").search(text, end)
                if not mark:
                    end = len(text)
                    break
                depth += 1 if mark.group() == "/*" else -1
                end = mark.end()
        quiet = text[found.start() : end]
        if quiet.startswith("/"):
            pieces.append(_blank(quiet))
        else:
            pieces.append(quiet if keep_strings else '"' + _blank(quiet[1:-1]) + '"')
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def closing(text, start):
    """The place after the bracket that closes the one at `start`."""
    depth = 0
    for at in range(start, len(text)):
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
            if depth == 0:
                return at + 1
    return len(text)


def item_end(text, start):
    """The place after the item that begins at `start`: its semicolon, or its closing brace."""
    at = start
    while at < len(text):
        if text[at] in ";":
            return at + 1
        if text[at] == "{":
            return closing(text, at)
        at = closing(text, at) if text[at] in "([" else at + 1
    return len(text)


def without_tests(text, like=None):
    """`text` with items under #[cfg(test)] as spaces; brackets are looked for in `like`, its code."""
    like = text if like is None else like
    for found in reversed(list(TEST.finditer(like))):
        if found.group().startswith("#!"):
            return _blank(text)
        end = item_end(like, found.end())
        text = text[: found.start()] + _blank(text[found.start() : end]) + text[end:]
    return text


def line_of(text, at):
    """The number of the line at a place of the text."""
    return text.count("\n", 0, at) + 1


def roots(package):
    """The files at the root of each crate of a package: its library, its commands."""
    src = pathlib.Path(package) / "src"
    found = [src / "lib.rs", src / "main.rs", *sorted(src.glob("bin/*.rs")), *sorted(src.glob("bin/*/main.rs"))]
    return [path for path in found if path.exists()]


def modules(root):
    """Each module of a crate, {path as a tuple: (file, code without tests)}, by its `mod` items."""
    found = {}

    def visit(path, file, folder):
        text = without_tests(code(file.read_text()))
        found[path] = (file, text)
        for item in re.finditer(r"\bmod (\w+)\s*;", text):
            name = item.group(1)
            choices = [(folder / f"{name}.rs", folder / name), (folder / name / "mod.rs", folder / name)]
            for child, below in choices:
                if child.exists():
                    visit(path + (name,), child, below)

    visit((), root, root.parent)
    return found


def packages():
    """The packages whose structure is looked at: core, the library, and those beside it."""
    host = ROOT / "host"
    below = sorted(path.parent for path in host.glob("*/Cargo.toml"))
    judge = [path for path in [ROOT / "tests" / "judge"] if path.exists()]
    return [ROOT / "core", host, *below, *judge]


def files(package):
    """The files of a package that are no tests by their place: those of its crates' modules, and its examples."""
    package = pathlib.Path(package)
    for folder in [package / "src", package / "examples"]:
        for file in sorted(folder.rglob("*.rs")):
            if "tests" not in file.relative_to(package).parts:
                yield file


def files_without_tests(package):
    """The files of the modules of a package that are compiled where nothing is tested."""
    return sorted({file for root in roots(package) for file, _ in modules(root).values()})


def shown(file):
    """A path as a reader of the repository writes it."""
    file = pathlib.Path(file)
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else str(file)
