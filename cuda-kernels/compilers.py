"""The compilers of the kernels, and what they make: PTX, and machine code for the chips that we know.

All of them are Python wheels, installed into a virtual environment below the target folder; neither a GPU
nor a driver is needed.
"""

import ctypes
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
KERNELS, PTX = HERE / "kernels", HERE / "ptx"
WHEELS = [
    "nvidia-cuda-nvrtc-cu12==12.0.140",
    "nvidia-cuda-nvcc-cu12==12.9.86",
    "nvidia-cuda-nvdisasm==13.5.37",
]
OPTIONS = ["--gpu-architecture=compute_80", "--std=c++17", f"--include-path={KERNELS}"]
CHIPS = ["sm_80", "sm_90"]
USE = re.compile(r"Used (\d+) registers")
SHARED = re.compile(r"(\d+) bytes smem")
LOCAL = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")


def packages():
    """Where the wheels are, installed if need be."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target"))
    environment = target / "cuda-compilers"
    complete, wanted = environment / "complete", "\n".join(WHEELS)
    if not complete.exists() or complete.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
        subprocess.run([environment / "bin/pip", "install", "--quiet", *WHEELS], check=True)
        complete.write_text(wanted)
    return next(environment.glob("lib/python*/site-packages/nvidia"))


class Nvrtc:
    def __init__(self, nvidia):
        folder = nvidia / "cuda_nvrtc/lib"
        ctypes.CDLL(str(folder / "libnvrtc-builtins.so.12.0"), mode=ctypes.RTLD_GLOBAL)
        self.library = ctypes.CDLL(str(folder / "libnvrtc.so.12"))

    def text(self, program, what):
        size = ctypes.c_size_t()
        getattr(self.library, f"nvrtcGet{what}Size")(program, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        getattr(self.library, f"nvrtcGet{what}")(program, buffer)
        return buffer.value.decode()

    def compile(self, source):
        """The PTX of a source, with the options that it asks for in lines `// nvrtc: ..`."""
        text = source.read_text()
        own = re.findall(r"^// nvrtc: (\S+)$", text, re.MULTILINE)
        options = [option.encode() for option in OPTIONS + own]
        program = ctypes.c_void_p()
        self.library.nvrtcCreateProgram(
            ctypes.byref(program), text.encode(), source.name.encode(), 0, None, None
        )
        array = (ctypes.c_char_p * len(options))(*options)
        failed = self.library.nvrtcCompileProgram(program, len(options), array)
        log = self.text(program, "ProgramLog").strip()
        if log:
            print(log, file=sys.stderr)
        if failed:
            sys.exit(f"{source.name} does not compile")
        return self.text(program, "PTX")


def assemble(ptxas, name, ptx, chip):
    """What ptxas says of each kernel: (name, registers, bytes of shared memory, bytes of local memory)."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / f"{name}.ptx"
        source.write_text(ptx)
        command = [ptxas, "-v", f"-arch={chip}", source, "-o", f"{folder}/out"]
        run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{name} for {chip}:\n{run.stderr}")
    for entry in run.stderr.split("Compiling entry function '")[1:]:
        kernel = entry.split("'", 1)[0]
        shared, local = SHARED.search(entry), LOCAL.search(entry)
        bytes_local = sum(map(int, local.groups())) if local else 0
        yield kernel, int(USE.search(entry)[1]), int(shared[1]) if shared else 0, bytes_local
