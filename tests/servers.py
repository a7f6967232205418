"""Servers that tests start on this machine: SPARQL, ConceptNet's API, and one that says whatever a test wants."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode

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


def conceptnet_api(edges, most=1000):
    """What the public API of ConceptNet answers about edges (relation, start, end, weight): JSON-LD, page by page.

    As there, a term also stands for its senses, the strongest edges come first, and ``nextPage`` is an address without
    its host.
    """

    def answer(path, form):
        wanted = {key: values[0] for key, values in form.items()}
        found = sorted((edge for edge in edges if _is_asked_for(edge, wanted)), key=lambda edge: -edge[3])
        first, limit = int(wanted.get("offset", 0)), min(int(wanted.get("limit", 50)), most)
        page = {"@context": [], "@id": path, "edges": [_as_json_ld(*e) for e in found[first : first + limit]]}
        if len(found) > first + limit:
            following = urlencode({**wanted, "offset": first + limit, "limit": limit})
            page["view"] = {"@type": "PartialCollectionView", "nextPage": f"{path}?{following}"}
        return 200, {"Content-Type": "application/ld+json"}, json.dumps(page)

    return answer


def _is_asked_for(edge, wanted):
    relation, start, end, _ = edge
    return (
        wanted.get("rel", relation) == relation
        and ("end" not in wanted or _is_below(end, wanted["end"]))
        and ("node" not in wanted or _is_below(start, wanted["node"]) or _is_below(end, wanted["node"]))
    )


def _is_below(uri, term):
    return uri == term or uri.startswith(f"{term}/")


def _as_json_ld(relation, start, end, weight):
    ends = {key: {"@id": uri, "@type": "Node"} for key, uri in (("start", start), ("end", end))}
    return {
        "@id": f"/a/[{relation}/,{start}/,{end}/]",
        "@type": "Edge",
        "rel": {"@id": relation, "@type": "Relation"},
        **ends,
        "weight": weight,
        "dataset": "/d/conceptnet/4/en",
        "license": "cc:by/4.0",
        "surfaceText": None,
        "sources": [],
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Small answers would wait for an acknowledgement that comes late.
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.body().decode()
        self.server.received.append((self.path, parse_qs(body), dict(self.headers)))
        self.respond(self.server.answer(self.path, self.server.received[-1][1]))

    def respond(self, answer):
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

    def do_GET(self):
        path, _, query = self.path.partition("?")
        self.server.received.append((path, parse_qs(query), dict(self.headers)))
        self.respond(self.server.answer(path, parse_qs(query)))

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
