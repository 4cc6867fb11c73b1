"""A real mail server, and what it has been given, read by Python's MIME parser."""
import contextlib, email, email.policy
from cluster import folder, script


class MailServer:
    def __init__(self, path):
        self.path = path
        self.port = script("test-mail", "start", path)

    def control(self, action):
        """freeze, shutdown or restart, as scripts/test-mail says."""
        script("test-mail", action, self.path)

    def messages(self):
        """All that it has taken, oldest first."""
        files = sorted((self.path / "maildir" / "new").glob("*"), key=lambda file: file.stat().st_mtime_ns)
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    def settings(self, extra=""):
        """The settings file's sections for a desk that is told by mail."""
        return f"""
channels:
  mail:
    type: smtp
    url: smtp://localhost:{self.port}
    from: aepro <aepro@example.org>
    user: aepro
    password_file: mail-password
    ca_file: {self.path}/ca.pem
    timeout: 5s
recipients:
  - name: Safety desk
    roles: [safety-desk]
    addresses: {{mail: desk@example.org}}
{extra}"""


@contextlib.contextmanager
def mail_server():
    with folder() as path:
        try:
            yield MailServer(path / "mail")
        finally:
            script("test-mail", "stop", path / "mail")
