"""Runs MiniStack until standard input closes.

The process that starts us holds the other end of that pipe, so that the emulator ends with it even where it is killed
and can no longer say so.
"""

import os
import runpy
import signal
import sys
import threading
import time

# MiniStack saves nothing here, so that an end by SIGTERM takes a fraction of a second.
SECONDS_TO_END = 3


def end_with_parent():
    # The bare descriptor: a reader that holds the lock of sys.stdin would crash the interpreter at its end.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_END)
    os._exit(1)


threading.Thread(target=end_with_parent, daemon=True).start()
runpy.run_module("ministack", run_name="__main__")
