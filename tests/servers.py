"""SPARQL servers that tests start on this machine, and one that says whatever a test wants."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

VIRTUOSO = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtension = 20
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = .
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = {rows}
"""
VIRTUOSO_ROWS = 1000  # Debian's own setting is 10000; what cuts at fewer is tested faster.


def virtuoso_program():
    """Where Virtuoso is installed, or None."""
    return shutil.which("virtuoso-t")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def running(command, folder, sign):
    """A program, from the line on which it says that it is ready until the block is left."""
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if sign in line:
                break
        else:
            raise RuntimeError(f"{command[0]} did not start: {''.join(said)}")
        # A pipe that nobody reads fills up and stops who writes.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        try:
            yield
        finally:
            process.kill()
            process.wait()


@contextmanager
def oxigraph(folder):
    """The address of an Oxigraph server that keeps its data in a folder."""
    program = shutil.which(
        "oxigraph", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    )
    at = f"127.0.0.1:{free_port()}"
    with running([program, "serve", "--location", str(folder), "--bind", at], folder, "Listening"):
        yield f"http://{at}/query"


@contextmanager
def virtuoso(folder):
    """The address of a Virtuoso server that keeps its data in a folder; its user is dba, with the password dba."""
    http_port = free_port()
    settings = VIRTUOSO.format(port=free_port(), http_port=http_port, rows=VIRTUOSO_ROWS)
    (Path(folder) / "virtuoso.ini").write_text(settings)
    command = [virtuoso_program(), "+foreground", "+configfile", "virtuoso.ini"]
    with running(command, folder, "Server online at"):
        yield f"http://127.0.0.1:{http_port}/sparql"


class Double(ThreadingHTTPServer):
    """A server that answers as it is told, and keeps the forms it was sent.

    ``answer`` is given the address's path and the form, and gives a status, headers and a body; or None, for a
    server that hangs up.
    """

    daemon_threads = True

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.received = []
        self.stopped = threading.Event()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.stopped.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.body().decode()
        self.server.received.append((self.path, parse_qs(body), dict(self.headers)))
        answer = self.server.answer(self.path, self.server.received[-1][1])
        if answer is None:
            self.close_connection = True
            return
        status, headers, content = answer
        self.send_response(status)
        for key, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(content.encode())
        self.close_connection = "Content-Length" in headers

    def body(self):
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"] or 0))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def log_message(self, *words):
        pass
