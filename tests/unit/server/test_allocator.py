import subprocess
import sys

CODE = """
import threading
from pathlib import Path
from service.server.allocator import give_back_large_pieces

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20

def work():
    pieces = [bytearray(n * 2**20) for n in (4, 9, 10, 11, 12)]
    small = [bytes(600) for _ in range(1000)]
    del pieces
    kept.append(small)

kept = []
if {asked}:
    give_back_large_pieces()
before = resident_mb()
for _ in range(8):
    threads = [threading.Thread(target=work) for _ in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
print(resident_mb() - before)
"""


def grown_mb(asked):
    code = CODE.replace("{asked}", str(asked))
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return float(ended.stdout)


def test_large_pieces_go_back_to_the_system():
    assert grown_mb(asked=True) < 80  # and about 200 otherwise
