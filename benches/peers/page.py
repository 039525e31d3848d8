"""Tables in the pages of docs/, each between two markers of its name."""


def put(page, name, text):
    """Writes a table into a page; its markers, each once, must be there."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, rest = page.read_text().split(begin)
    _, after = rest.split(end)
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}")
