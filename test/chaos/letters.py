"""Reads a topic of dead letters."""
import subprocess, tempfile
import cluster


def read(brokers, topic):
    """Yields partition and headers of every record, in order within a partition."""
    libs = cluster.script("setup-kafka") + "/libs"
    with tempfile.TemporaryDirectory() as log:
        done = subprocess.run(
            ["java", "-Xmx256m", "-cp", f"{libs}/*", "org.apache.kafka.tools.consumer.ConsoleConsumer",
             "--bootstrap-server", brokers, "--topic", topic, "--from-beginning", "--timeout-ms", "8000",
             "--property", "print.headers=true", "--property", "print.value=false",
             "--property", "print.partition=true"],
            capture_output=True, timeout=180, cwd=log)
    for line in done.stdout.split(b"\n"):
        partition, _, rest = line.partition(b"\t")
        headers = dict(part.split(b":", 1) for part in rest.split(b"\t")[0].split(b",") if b":" in part)
        if b"aepro-offset" in headers:
            yield partition, headers
