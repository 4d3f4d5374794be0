#!/usr/bin/env python3
"""Measures what a stock kubectl does with each kubeconfig of a table, and compares that with what the table says.

    tests/lab/kubeconfigs.py           prints each row that differs, and `N rows, N differ`; exit 1 if one does
    tests/lab/kubeconfigs.py --write   writes the column `kubectl` again

The table is tests/Hotstack.SnapSet.Tests/OpenShift/Configuration/kubeconfigs.jsonl; KubeconfigComparisonTests.cs reads it too and says
what its columns are. It takes $KUBECTL, the kubectl of PATH, or the one in $KUBE_LAB_CACHE/bin, and needs openssl. No request leaves
this machine: a proxy of this script, which is the server as well, answers all of them. Exit 77 without kubectl.
"""
import base64
import json
import os
import pathlib
import re
import shutil
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
from urllib.parse import urlsplit

TABLE = pathlib.Path(__file__).parents[1] / "Hotstack.SnapSet.Tests/OpenShift/Configuration/kubeconfigs.jsonl"
PROXY = ("127.88.0.1", 3127)
CONFIG = "/home/anna/.kube/config"
LONGEST = 160


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, stdin=subprocess.DEVNULL, capture_output=True)


class Certificates:
    """Authorities, a client certificate, and certificates of servers for whatever name is asked for."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("ca", "stranger", "client", "foreign"):
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", 2, "-subj", f"/CN={name}",
                    "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt")
        self.contexts = {}

    def text(self, name):
        return (self.folder / name).read_text()

    def context(self, authority, name):
        """For a server of this name, by `ca`, which kubectl trusts, or `stranger`, which it does not."""
        if (authority, name) not in self.contexts:
            path = self.folder / f"server{len(self.contexts)}"
            name = name if re.fullmatch(r"[\w.*:/-]*[^:]", name) else "other"
            kind = "IP" if re.fullmatch(r"[\d.]+|[\da-f]*:[\da-f]*:[\da-f:]*", name, re.I) else "DNS"
            openssl("req", "-x509", "-CA", self.folder / f"{authority}.crt", "-CAkey", self.folder / f"{authority}.key", "-newkey", "ec",
                    "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", 1, "-subj", "/CN=server",
                    "-addext", f"subjectAltName=IP:10.0.0.1,{kind}:{name}", "-keyout", f"{path}.key", "-out", f"{path}.crt")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{path}.crt", f"{path}.key")
            context.load_verify_locations(self.folder / "client.crt")
            context.verify_mode = ssl.CERT_OPTIONAL
            self.contexts[authority, name] = context
        return self.contexts[authority, name]


class Server(socketserver.ThreadingTCPServer):
    """The proxy, and every server behind it: says 404, and keeps what it was asked."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, certificates):
        super().__init__(PROXY, Connection)
        self.certificates = certificates
        self.authority = "ca"
        self.told = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # kubectl says better why it did not like the server's certificate.


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        method, target, fields = self.read(self.request)
        if method != "CONNECT":
            self.answer(self.request, urlsplit(target), fields, None, None)
            return
        host = target.rpartition(":")[0].strip("[]").lower()
        self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        asked = []

        def choose(connection, name, _):
            asked.append(name)
            connection.context = self.context(name or host)

        context = self.context(host)
        context.sni_callback = choose
        with context.wrap_socket(self.request, server_side=True) as connection:
            _, path, fields = self.read(connection)
            name = next((name for name in asked if name and name.lower() != host.rstrip(".")), None)
            self.answer(connection, urlsplit(f"https://{target}{path}"), fields, name, connection.getpeercert())

    def context(self, name):
        return self.server.certificates.context(self.server.authority, name)

    @staticmethod
    def read(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                raise EOFError
            data += more
        first, *lines = data.split(b"\r\n\r\n")[0].decode("utf-8", "surrogateescape").split("\r\n")
        method, target, _ = first.split(" ", 2)
        return method, target, [(key.lower(), value) for key, value in (line.split(": ", 1) for line in lines)]

    def answer(self, connection, url, fields, name, certificate):
        self.server.told.append(sent(url, fields, name, certificate))
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def sent(url, fields, name, certificate):
    """What a request says of where it goes and by whom it is, as the test says it of ours."""
    host, port = re.fullmatch(r"(\[.*\]|[^:]*(?::[^:]*:)?)(?::0*(\d+))?", url.netloc.lower()).groups()
    parts = [f"{url.scheme}://{host}:{port or {'http': 80, 'https': 443}[url.scheme]}{url.path.removesuffix('/api')}"]
    values = dict(fields)
    kind, _, secret = values.get("authorization", "").partition(" ")
    parts.append(f"as {base64.b64decode(secret).decode()} (Basic)" if kind == "Basic" else f"as {secret} ({kind})" if kind else "as nobody")
    if certificate:
        parts.append("with its certificate")
    if name:
        parts.append(f"to a server named {name}")
    for key in sorted({key for key, _ in fields if key.startswith("impersonate-")}):
        parts.append(f"{key}: {', '.join(value for other, value in fields if other == key)}")
    return "; ".join(parts)


class Kubectl:
    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.certificates = Certificates(folder)
        self.server = Server(self.certificates)

    def verdict(self, row, standard):
        root = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        (root / "project").mkdir()
        (root / "home/anna/.kube").mkdir(parents=True)
        for path, data in self.files(row, standard, root):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.chmod(0o700 if data.startswith(b"#!") else 0o600)
        self.server.authority = "stranger"
        verdict = self.run(row, root)
        if verdict.startswith("sends to https"):
            verdict += "; the server is not verified"
        else:
            self.server.authority = "ca"
            verdict = self.run(row, root)
        shutil.rmtree(root)
        return verdict

    def files(self, row, standard, root):
        text = standard
        for part in ("context", "cluster", "user"):
            lines = row.get(part, {"cluster": "server: https://api.lab.example:6443", "user": "token: s3cr3t-Xy", "context": ""}[part])
            text = text.replace(f"@{part}@", "\n    ".join(lines.split("\n")))
        files = {CONFIG: row.get("file", text), **row.get("files", {})}
        for path, content in files.items():
            if content is not None:
                place = path if path.startswith("/") else f"/home/anna/.kube/{path}"
                yield root / place[1:], self.filled(content, root).encode(row.get("encoding", "utf-8"), "surrogatepass")

    def filled(self, text, root):
        def value(match):
            content = self.certificates.text(match[1])
            form = {None: content, "base64": base64.b64encode(content.encode()).decode(), "crlf": content.replace("\n", "\r\n")}
            return form[match[2]]
        return re.sub(r"%(\w+\.(?:crt|key))(?::(\w+))?%", value, text).replace("%root%", str(root))

    def run(self, row, root):
        self.server.told.clear()
        proxy = "http://%s:%d" % PROXY
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(root / "home/anna"), "HTTP_PROXY": proxy, "HTTPS_PROXY": proxy,
                       "SSL_CERT_FILE": str(self.folder / "ca.crt"), "SSL_CERT_DIR": "/nonexistent"}
        if "variable" in row:
            environment["KUBECONFIG"] = row["variable"].replace("%root%", str(root))
        words = [word.replace("%root%", str(root)) for word in row.get("options", [])]
        run = subprocess.run([self.program, "api-versions", f"--cache-dir={root}/cache", *words], env=environment, cwd=root / "project",
                             stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace", timeout=60)
        if self.server.told:
            return f"sends to {self.server.told[0]}"
        if "Please enter" in run.stdout:
            return "asks: " + run.stdout.splitlines()[0].partition(":")[0]
        lines = [line for line in run.stderr.replace(str(root), "").splitlines() if line and not re.match(r"[EWI]\d{4} |\t", line)]
        return outcome(" ".join(lines))


# What kubectl says before the reason.
BEFORE = re.compile(r"""error: couldn't get available api versions from server: |error: error loading config file "[^"]*": |[Ee]rror: """
                    r"""|Error in configuration:\s*""")


def outcome(message):
    """What a message of kubectl's comes to, where no server was asked anything."""
    reason = BEFORE.sub("", message, count=1)
    asked = re.match(r'Get "(https?://\S+)/api\?timeout=32s": (.*)', reason)
    if asked and asked[2].startswith(("proxyconnect", "socks connect")):
        return "sends by the proxy of the cluster"
    if asked and asked[2].startswith("dial tcp"):
        return f"sends to {asked[1]}; as nobody"
    reason = asked[2] if asked else reason
    return "refuses: " + (reason if len(reason) <= LONGEST else reason[:LONGEST] + "...")


def with_verdict(row, verdict):
    after = {key: row[key] for key in ("ours", "why") if key in row}
    return {**{key: value for key, value in row.items() if key not in after}, "kubectl": verdict, **after}


def main():
    cache = os.environ.get("KUBE_LAB_CACHE", os.path.expanduser("~/.cache/hotstack-kube-lab"))
    program = os.environ.get("KUBECTL") or shutil.which("kubectl", path=f"{os.environ['PATH']}:{cache}/bin")
    if program is None:
        sys.exit(77)
    head, *rows = [json.loads(line) for line in TABLE.read_text().splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        kubectl = Kubectl(program, pathlib.Path(folder))
        measured = [kubectl.verdict(row, head["standard"]) for row in rows]
    differing = [(row, now) for row, now in zip(rows, measured) if row.get("kubectl") != now]
    for row, now in differing:
        print(f"{row['is']}\n  was: {row.get('kubectl')}\n  is:  {now}")
    print(f"{len(rows)} rows, {len(differing)} differ")
    if "--write" in sys.argv:
        version = subprocess.run([program, "version", "--client", "-o", "json"], capture_output=True, text=True, check=True).stdout
        head["kubectl"] = json.loads(version)["clientVersion"]["gitVersion"]
        lines = [head, *(with_verdict(row, now) for row, now in zip(rows, measured))]
        TABLE.write_text("".join(json.dumps(line) + "\n" for line in lines))
    elif differing:
        sys.exit(1)


main()
