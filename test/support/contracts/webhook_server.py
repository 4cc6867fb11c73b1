#!/usr/bin/env python3
"""An HTTPS server that does what the path says and writes down what it got. Ends when its standard input does.

usage: webhook_server.py DIR [PORT]
  DIR/ca.pem    the authority of its certificate, made at the first start
  DIR/ports     port, port of a server with another authority's certificate, port of plain HTTP
  DIR/requests  one JSON line for each request; connection: the caller's port
"""
import http.server, json, os, pathlib, socket, ssl, struct, subprocess, sys, threading, time

folder = pathlib.Path(sys.argv[1])


def openssl(*arguments, text=""):
    subprocess.run(["openssl", *map(str, arguments)], input=text.encode(), check=True, capture_output=True)


def make_certificates(authority):
    key, request, certificate = (folder / f"{authority}-server.{end}" for end in ("key", "csr", "pem"))
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *new_key, "-days", 7, "-subj", f"/CN={authority}", "-keyout", folder / f"{authority}.key",
            "-out", folder / f"{authority}.pem")
    openssl("req", *new_key, "-subj", "/CN=localhost", "-keyout", key, "-out", request)
    names = folder / "names"
    names.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", request, "-CA", folder / f"{authority}.pem", "-CAkey", folder / f"{authority}.key",
            "-CAcreateserial", "-days", 7, "-extfile", names, "-out", certificate)


class handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_drip(self):  # Never gets to the end of its header.
        for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 600:
            self.wfile.write(bytes([letter]))
            self.wfile.flush()
            time.sleep(0.1)

    def do_slow_body(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.flush()
        time.sleep(60)

    def do_huge(self):
        self.send_response(200)
        self.send_header("Content-Length", str(10**12))
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 65536)

    def do_reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with lock, open(folder / "requests", "a") as out:
            out.write(json.dumps({"path": self.path, "body": body.decode("utf-8"), "connection": self.client_address[1],
                                  "headers": {name.lower(): value for name, value in self.headers.items()}}) + "\n")
        path = self.path.split("?")[0].strip("/").split("/")[0]
        if path == "ok":
            self.answer(200, b"taken", X_Request_Id="request-1")
        elif path == "busy":
            self.answer(429, b"slow down", Retry_After="7")
        elif path == "redirect":
            self.answer(302, Location="/ok")
        elif path == "echo":
            self.answer(400, json.dumps(dict(self.headers)).encode() + self.path.encode())
        elif path.isdigit():
            self.answer(int(path), b"as asked")
        else:
            self.close_connection = True
            getattr(self, "do_" + path)()

    def log_message(self, *_):
        pass


class server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):  # Callers that go away are what is tested.
        pass


def serve(port, authority):
    made = server(("127.0.0.1", port), handler)
    if authority:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{authority}-server.pem", folder / f"{authority}-server.key")
        made.socket = context.wrap_socket(made.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    return made.server_address[1]


lock = threading.Lock()
for name in ("ca", "other-ca"):
    if not (folder / f"{name}-server.pem").exists():
        make_certificates(name)
main = serve(int(sys.argv[2]) if len(sys.argv) > 2 else 0, "ca")
(folder / "ports.new").write_text(f"{main} {serve(0, 'other-ca')} {serve(0, None)}\n")
os.replace(folder / "ports.new", folder / "ports")
sys.stdin.read()
os._exit(0)
