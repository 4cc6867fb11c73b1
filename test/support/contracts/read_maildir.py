#!/usr/bin/env python3
"""Prints the mails of a Maildir as JSON, as Python's MIME parser reads them. usage: read_maildir.py DIR"""
import csv, email, email.policy, io, json, pathlib, sys


def part_text(message, kind):
    part = message.get_body(preferencelist=(kind,))
    return None if part is None else part.get_payload(decode=True).decode("utf-8").replace("\r\n", "\n")


def attachments(message):
    """Every attached table, as Python's CSV reader reads it."""
    found = []
    for part in message.iter_attachments():
        if part.get_content_type() == "text/csv":
            text = part.get_payload(decode=True).decode(part.get_content_charset())
            found.append({"name": part.get_filename(), "disposition": part.get_content_disposition(),
                          "has_mark": text.startswith("\ufeff"), "charset": part.get_content_charset(),
                          "rows": list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))})
    return found


def read(path):
    raw = path.read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    sender = message["From"].addresses[0]
    return {
        "key": message["X-Aepro-Idempotency-Key"], "message_id": message["Message-ID"], "date": message["Date"],
        "auto_submitted": message["Auto-Submitted"], "subject": message["Subject"], "sender_name": sender.display_name,
        "sender": sender.addr_spec, "recipient": message["To"].addresses[0].addr_spec,
        "envelope_to": message["Envelope-To"], "text": part_text(message, "plain"), "html": part_text(message, "html"),
        "types": [part.get_content_type() for part in message.walk()],
        "header_names": [name.lower() for name in message.keys()],
        "defects": [repr(defect) for part in message.walk() for defect in part.defects],
        "line_bytes_max": max(len(line) for line in raw.split(b"\n")),
        "is_ascii": raw.isascii(), "attachments": attachments(message),
    }


print(json.dumps([read(path) for path in sorted(pathlib.Path(sys.argv[1]).glob("new/*"))]))
