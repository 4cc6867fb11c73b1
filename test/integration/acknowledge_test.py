#!/usr/bin/env python3
"""People acknowledge by the links of their messages, systems by a topic: real HTTPS, real Kafka, a real node.

usage: acknowledge_test.py PROGRAM FOLDER   (the folder of a broker that scripts/test-kafka has started)
"""
import base64, hashlib, hmac, http.server, json, os, pathlib, re, signal, socket, subprocess, sys, tempfile, threading, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PURPOSE = b"aepro acknowledgement link\n"
KEYS = ["first-" + "k" * 40, "second-" + "k" * 40]
HEADER = "STUDYID,DOMAIN,USUBJID,AESEQ,AETERM,AEDECOD,AESEV,AESER,AESDTH,AEOUT,AESTDTC\n"


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes web calls, as a chat robot or a gateway would."""
    messages = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Receiver.messages.append({**json.loads(body), "message_key": self.headers["Idempotency-Key"]})
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def token_of(link):
    return link.rsplit("/", 1)[1]


def decoded(token):
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(payload, key):
    """The token as docs/decisions/0011-acknowledgement.md describes it, computed independently."""
    return encoded(payload + hmac.new(key.encode(), PURPOSE + payload, hashlib.sha256).digest()[:16])


class Site:
    def __init__(self, program, kafka, folder):
        self.program, self.kafka, self.folder = program, kafka, folder
        prefix = f"acknowledge-{os.getpid()}"
        self.topic = f"{prefix}.acknowledgements"
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=self.receiver.serve_forever, daemon=True).start()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                       check=True, capture_output=True)
        self.set_keys(KEYS[0])
        names = ("adverse_events", "questionnaire_responses", "subjects", "dead_letters", "ledger_anchors")
        topics = "".join(f"  {name}: {prefix}.{name}\n" for name in names)
        (folder / "aepro.yaml").write_text(f"""
brokers: {(kafka / "address").read_text().strip()}
store: sqlite:{folder}/store
group: {prefix}
kafka: {{security.protocol: plaintext}}
log: {{format: json}}
topics:
{topics}  acknowledgements: {self.topic}
http:
  listen: 127.0.0.1:{self.port}
  public_url: {self.url}/alerts
  link_key_file: link-key
  certificate_file: cert.pem
  key_file: key.pem
  connections_max: 8
  request_max: 2s
channels:
  robot:
    type: webhook
    url: http://127.0.0.1:{self.receiver.server_address[1]}/hook
    allow_private: true
    body: '{{"text": "{{{{text}}}}", "link": "{{{{link}}}}", "id": "{{{{id}}}}", "rule": "{{{{rule}}}}"}}'
recipients:
  - {{name: Dr. Wang, roles: [monitor], addresses: {{robot: wang}}}}
  - {{name: Safety desk, shared: true, roles: [safety-desk], addresses: {{robot: desk}}}}
alert_rules:
  fatal-or-life-threatening: {{audience: [monitor]}}
""")

    def set_keys(self, *keys):
        (self.folder / "link-key").write_text("\n".join(keys) + "\n")

    def run(self, *words, expect=0):
        done = subprocess.run([self.program, *map(str, words), "--config", self.folder / "aepro.yaml"], capture_output=True,
                              text=True, timeout=120)
        assert done.returncode == expect, (words, done.returncode, done.stdout, done.stderr)
        return done

    def alert(self, number):
        return json.loads(self.run("alerts", "show", number, "--json").stdout)

    def actions(self):
        return json.loads(self.run("alerts", "actions", "--json").stdout)

    def start(self):
        self.log = open(self.folder / "log", "a+")
        self.node = subprocess.Popen([self.program, "run", "--config", self.folder / "aepro.yaml"],
                                     stdout=subprocess.DEVNULL, stderr=self.log)

    def stop(self):
        self.node.send_signal(signal.SIGTERM)
        assert self.node.wait(timeout=60) == 0, self.log_text()[-3000:]

    def log_text(self):
        return (self.folder / "log").read_text()

    def wait(self, what, holds):
        deadline = time.monotonic() + 60
        while not (found := holds()):
            if time.monotonic() > deadline or self.node.poll() is not None:
                raise AssertionError(f"{what}: {self.node.poll()} {self.log_text()[-3000:]}")
            time.sleep(0.1)
        return found

    def death(self, number):
        """Publishes one and returns the message that Dr. Wang gets of it."""
        before = len(Receiver.messages)
        file = self.folder / f"death-{number}.csv"
        file.write_text(HEADER + f"ACK,AE,ACK-{number:03},1,Cardiac arrest,Cardiac arrest,SEVERE,Y,Y,FATAL,2026-01-02\n")
        self.run("publish", file)
        return self.wait("the message", lambda: next((one for one in Receiver.messages[before:]
                                                      if one["rule"].startswith("fatal")), None))

    def ask(self, link, *curl, body=None):
        """Returns status, headers and page."""
        form = [] if body is None else ["--data-raw", body]
        link = link.replace(f"{self.url}/alerts", self.url) if "--proxied" in curl else link
        curl = [word for word in curl if word != "--proxied"]
        done = subprocess.run(["curl", "-sS", "-i", "--max-time", "20", "--cacert", self.folder / "cert.pem", *form, *curl,
                               link], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (link, done)
        head, _, page = done.stdout.partition("\n\n")
        return int(head.split()[1]), head, page

    def publish_acknowledgements(self, *values):
        subprocess.run([ROOT / "scripts/test-kafka", "tool", self.kafka, "org.apache.kafka.tools.ConsoleProducer", "--topic",
                        self.topic], input="".join(value + "\n" for value in values), text=True, check=True,
                       capture_output=True, timeout=120)


def check_link(site):
    message = site.death(1)
    link, number = message["link"], message["id"]
    assert link.startswith(site.url + "/alerts/a/") and link in message["text"], message
    payload = decoded(token_of(link))[:-16]
    assert signed(payload, KEYS[0]) == token_of(link), "the token is what its description says"
    assert b"Dr. Wang" in payload and b"ACK-001" not in payload and b"wang" not in payload, payload
    for way in ((), ("--proxied",), ("-I",), ("-A", "a mail scanner")):  # Programs look into links.
        status, head, page = site.ask(link, *way)
        assert status == 200, (way, status, page)
    status, head, page = site.ask(link)
    for header in ("Cache-Control: no-store", "Referrer-Policy: no-referrer", "X-Content-Type-Options: nosniff",
                   "frame-ancestors 'none'"):
        assert header in head, head
    assert "ACK-001" in page and "Cardiac" not in page and "Nobody has acknowledged it yet" in page, page
    assert site.alert(number)["state"] == "sent" and not site.actions(), "looking acknowledges nothing"
    status, _, page = site.ask(link, body="reason=")
    assert status == 422 and "Say what you do" in page, (status, page)
    evil = "reason=Called%0d%0aSet-Cookie:%20x=1%0d%0a%3Cscript%3Ealert(1)%3C/script%3E"
    status, head, page = site.ask(link, body=evil)
    assert status == 200 and "Thank you" in page and "Set-Cookie" not in head and "<script" not in page, (head, page)
    alert = site.alert(number)
    assert (alert["state"], alert["ended_by"]) == ("acknowledged", "Dr. Wang (link by robot)"), alert
    assert alert["reason"] == "Called  Set-Cookie: x=1  <script>alert(1)</script>", alert
    status, _, page = site.ask(link, body="reason=again")
    assert status == 200 and "It was acknowledged by <strong>Dr. Wang (link by robot)</strong>" in page, (status, page)
    assert site.alert(number) == alert
    (action,) = site.actions()
    assert (action["who"], action["target"]) == ("Dr. Wang (link by robot)", number), action
    return link, number


def check_bad_links(site):
    message = site.death(2)
    token = token_of(message["link"])
    payload = bytearray(decoded(token)[:-16])
    expiry = slice(18, 26)
    answers = set()
    for wrong in (token[:-1], token + "A", "B" + token[1:], "x", "%2e%2e", signed(bytes(payload), KEYS[1]),
                  encoded(decoded(token)[:-1] + b"\0"), "A" * 5000):
        status, head, page = site.ask(f"{site.url}/a/{wrong}", body="reason=x")
        answers.add((status, re.sub(r"Date:.*", "", head), page))
    assert len(answers) == 1 and answers.pop()[0] == 404, answers
    payload[expiry] = (int(time.time()) - 1).to_bytes(8, "big")
    status, _, page = site.ask(f"{site.url}/a/{signed(bytes(payload), KEYS[0])}", body="reason=x")
    assert status == 410 and "aepro alerts ack" in page and "ACK-002" not in page, (status, page)
    assert site.alert(message["id"])["state"] == "sent"
    site.run("alerts", "retry", message["id"], "--by", "Ann", "--reason", "nobody answered")
    status, _, page = site.ask(message["link"], body="reason=x")
    assert status == 410 and "sent again since" in page, (status, page)
    for method, path, expected in (("PUT", f"/a/{token}", 405), ("DELETE", f"/a/{token}", 405), ("GET", "/", 404),
                                   ("GET", "/robots.txt", 404)):
        assert site.ask(site.url + path, "-X", method)[0] == expected, (method, path)
    assert site.ask(f"{site.url}/a/{token}", body="reason=" + "x" * 100_000)[0] == 413


def check_desk_and_rotation(site):
    """A new secret signs, and links of the old one go on working; a desk's link asks for a name."""
    message = site.death(3)
    site.stop()
    site.set_keys(KEYS[1], KEYS[0])
    site.start()
    site.wait("the server", lambda: site_answers(site))
    assert site.ask(message["link"], body="reason=after+rotation")[0] == 200
    assert site.alert(message["id"])["reason"] == "after rotation"
    payload = bytearray(decoded(token_of(site.death(4)["link"]))[:-16])
    payload[1] = 1  # Several people read it.
    desk = f"{site.url}/a/{signed(bytes(payload), KEYS[1])}"
    status, _, page = site.ask(desk, body="reason=x")
    assert status == 422 and "Say who you are" in page, (status, page)
    status, _, page = site.ask(desk, body="reason=x&name=Ann")
    assert status == 200 and "Ann, Dr. Wang (link by robot)" in page, (status, page)


def site_answers(site):
    try:
        return site.ask(site.url + "/")[0] == 404
    except AssertionError:
        return False


def check_rude_clients(site):
    """Clients that hang hold up nobody for longer than they are given."""
    hanging = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(30)]
    hanging[0].sendall(b"GET / HTTP/1.1\r\n\r\n")  # Without TLS.
    site.wait("the server, after them", lambda: site_answers(site))
    for one in hanging:
        one.close()


def check_topic(site):
    first, second, third = site.death(5), site.death(6), site.death(7)
    third_key = site.alert(third["id"])["key"]
    def said(**names):
        return json.dumps({"by": "triage \u7cfb\u7edf", "reason": "ticket 12", **names}, ensure_ascii=True)
    site.publish_acknowledgements("rubbish", "{}", said(id=10**9), said(key="0" * 32), said(id=int(first["id"])),
                                  said(id=int(first["id"])), said(key=second["message_key"]), said(key=third_key))
    for one in (first, second, third):
        site.wait("the acknowledgement", lambda: site.alert(one["id"])["state"] == "acknowledged")
        assert site.alert(one["id"])["ended_by"] == "triage \u7cfb\u7edf (message)"
    assert len([one for one in site.actions() if one["who"].startswith("triage")]) == 3
    status = json.loads(site.run("status", "--json").stdout)["acknowledgements"]
    assert status["wrong_messages"] == 4 and status["repeated"] == 1, status
    site.stop()
    site.start()  # What was committed does not come again, and would change nothing.
    site.wait("the server", lambda: site_answers(site))
    site.publish_acknowledgements(said(id=int(site.death(8)["id"])))
    site.wait("the last one", lambda: len([one for one in site.actions() if one["who"].startswith("triage")]) == 4)


def check_port_in_use(site):
    done = site.run("run", "--set", "control.socket=", expect=2)
    assert f"http.listen: cannot listen on 127.0.0.1 port {site.port}" in done.stderr, done.stderr


def check_log(site, links):
    text = site.log_text()
    assert "wrong-link" in text and "message-skipped" in text, text[-3000:]
    for secret in [token_of(link) for link in links] + KEYS + ["ticket 12", "ACK-00"]:
        assert secret not in text, f"the log has {secret}"


def main():
    program, kafka = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        site = Site(program, kafka, pathlib.Path(name))
        os.environ["XDG_RUNTIME_DIR"] = name
        os.environ.pop("RUNTIME_DIRECTORY", None)
        site.run("topics", "create")
        site.start()
        try:
            check_link(site)
            check_bad_links(site)
            check_port_in_use(site)
            check_desk_and_rotation(site)
            check_rude_clients(site)
            check_topic(site)
            site.stop()
            check_log(site, [one["link"] for one in Receiver.messages])
        finally:
            if site.node.poll() is None:
                site.node.kill()
    print("acknowledge: links and topic")


main()
