"""Runs a command in a pseudo terminal: python3 pseudo_terminal.py COLUMNS ROWS COMMAND...

What the command writes goes to standard output as it is. Standard input takes a line of JSON for each thing that whoever
sits there does: {"keys": "\\u0003"} or {"size": [COLUMNS, ROWS]}. Ends with the command's exit code, 128 and the number of
the signal where one has ended it.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def act(terminal, line):
    action = json.loads(line)
    if "size" in action:
        resize(terminal, *action["size"])
    else:
        os.write(terminal, action["keys"].encode())


def relay(terminal):
    """Until the command has closed its side."""
    actions = b""
    sources = [terminal, 0]
    while True:
        ready, _, _ = select.select(sources, [], [])
        if terminal in ready:
            try:
                output = os.read(terminal, 65536)
            except OSError:
                return
            if not output:
                return
            while output:
                output = output[os.write(1, output) :]
        if 0 in ready:
            more = os.read(0, 65536)
            if not more:
                sources = [terminal]
            *lines, actions = (actions + more).split(b"\n")
            for line in lines:
                act(terminal, line)


def main(columns, rows, *command):
    child, terminal = pty.fork()
    if child == 0:
        # The size must be there before the command asks for it.
        resize(0, int(columns), int(rows))
        os.execvp(command[0], command)
    relay(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


code = main(*sys.argv[1:])
sys.exit(code if code >= 0 else 128 - code)
