"""A TCP relay between a node and a server, which can be cut, stalled, and led to another server."""
import socket, threading


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Link:
    """Relays from a port of its own to `target`, a port of this machine; runs until the process ends."""

    def __init__(self, target):
        self.target = target
        self.lock = threading.Lock()
        self.sockets = set()
        self.flowing = threading.Event()
        self.flowing.set()
        self.is_cut = False
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Ends every connection and refuses new ones."""
        with self.lock:
            self.is_cut = True
            ending, self.sockets = self.sockets, set()
        for one in ending:
            _end(one)

    def stall(self):
        """Lets nothing through, without anybody being told."""
        self.flowing.clear()

    def heal(self):
        self.is_cut = False
        self.flowing.set()

    def lead_to(self, target):
        """Connections from now on go there; those to the former server end."""
        self.target = target
        self.cut()
        self.is_cut = False

    def _accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client):
        self.flowing.wait()
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            server.settimeout(None)
        except OSError:
            _end(client)
            return
        with self.lock:
            refused = self.is_cut
            if not refused:
                self.sockets.update((client, server))
        if refused:
            _end(client)
            _end(server)
            return
        for source, sink in ((client, server), (server, client)):
            threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source, sink):
        try:
            while data := source.recv(1 << 16):
                self.flowing.wait()
                sink.sendall(data)
        except OSError:
            pass  # The other side is told below.
        with self.lock:
            self.sockets -= {source, sink}
        _end(source)
        _end(sink)


def _end(one):
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # It was not connected any more.
    one.close()
