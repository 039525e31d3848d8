"""What is read from an ELF file of 32 bits: sections and symbols."""

import struct

SHT_SYMTAB = 2
SHF_ALLOC = 2
STT_FUNC = 2


class Elf:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        if self.data[:6] != b"\x7fELF\x01\x01":
            raise ValueError(f"{path} is no little-endian ELF file of 32 bits")
        start, size, count, names = (
            struct.unpack_from("<I", self.data, 32)[0],
            *struct.unpack_from("<HHH", self.data, 46),
        )
        headers = [struct.unpack_from("<10I", self.data, start + i * size) for i in range(count)]
        self.headers = headers
        self.sections = {self._text(headers[names], h[0]): h for h in headers}

    def _text(self, strings, offset):
        start = strings[4] + offset
        return self.data[start : self.data.index(b"\0", start)].decode()

    def size(self, section):
        """The bytes of a section; 0 where there is none."""
        return self.sections[section][5] if section in self.sections else 0

    def flash(self):
        """The bytes of code and constants, without the vectors."""
        return sum(self.size(section) for section in (".text", ".rodata", ".data"))

    def offset(self, address):
        """Where in the file the byte at an address stands."""
        for header in self.sections.values():
            if header[3] <= address < header[3] + header[5] and header[2] & SHF_ALLOC:
                return header[4] + address - header[3]
        raise KeyError(hex(address))

    def end_of_code(self):
        header = self.sections[".text"]
        return header[3] + header[5]

    def symbols(self):
        """(name, address, size, whether it is a function) of every symbol with a name."""
        for header in self.headers:
            if header[1] != SHT_SYMTAB:
                continue
            for at in range(header[4], header[4] + header[5], 16):
                name, value, size, info = struct.unpack_from("<IIIB", self.data, at)
                if name:
                    function = info & 15 == STT_FUNC
                    address = value & ~1 if function else value
                    yield self._text(self.headers[header[6]], name), address, size, function

    def address(self, name):
        for symbol, address, _, _ in self.symbols():
            if symbol == name:
                return address & ~1
        raise KeyError(name)
