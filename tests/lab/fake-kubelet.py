#!/usr/bin/env python3
"""Stands in for the kubelets of kube-lab's nodes; no container is ever run.

Towards the API server, for every pod that names one of the nodes:
  - Pending -> Running, with plausible container statuses;
  - Running -> Succeeded or Failed, if the pod asks for it by annotation:
        kube-lab/exit-code: "0"       exit code of all its containers
        kube-lab/run-seconds: "2"     how long after the start [0]
  - deleted -> confirmed, which until then is only marked.
        kube-lab/stuck-terminating: "true"   never confirmed
  - a pod with restartPolicy Never, the label app.kubernetes.io/managed-by=hotstack-snapset and none of these annotations
    is a helper: its script is read (see Script), and it ends after a second.
Unless --no-heartbeats, every node renews its Lease and its Ready condition every ten seconds.

The API server reaches a kubelet at ADDRESS:10250 through the HTTP CONNECT proxy that listens on --socket: it refuses to
proxy to loopback addresses, and this way nodes can have addresses that exist nowhere. Served are
  /metrics     with the gauges of the certificate manager
  /healthz
  the log of a container: LOGS/NAMESPACE_POD_CONTAINER.log, or one made-up line; with ?follow=true until its pod has ended.

What a node does is settled by files in STATE/NODE:
  client-ttl, server-ttl   seconds, +Inf, or `missing`   [1728000, 20 days]
  helper                   ok, fail, hang or image: what becomes of helper pods   [ok]
  scheduled                /run/systemd/shutdown/scheduled of the node; when its time comes the node goes off, or reboots
  off                      if it exists the node is silent
  reboot                   if it exists the node boots: not ready for two seconds, with a new boot id, and back on
  boot-id
"""
import argparse
import datetime
import decimal
import http.client
import http.server
import json
import math
import os
import re
import socketserver
import ssl
import threading
import time
import urllib.parse
import uuid

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--server", required=True, help="https://HOST:PORT of the API server")
parser.add_argument("--pki", required=True, help="directory with ca.crt, kubelet.{crt,key}, kubelet-client.{crt,key}")
parser.add_argument("--logs", required=True)
parser.add_argument("--state", required=True)
parser.add_argument("--socket", required=True)
parser.add_argument("--no-heartbeats", action="store_true")
parser.add_argument("node", nargs="+", help="NAME=ADDRESS")
args = parser.parse_args()

HELPER_LABEL = ("app.kubernetes.io/managed-by", "hotstack-snapset")
HELPER_SECONDS = 1
HEARTBEAT_SECONDS = 10
BOOT_SECONDS = 2
TTL_DEFAULT = str(20 * 24 * 3600)
SCHEDULED = "/run/systemd/shutdown/scheduled"


def pki(name):
    return os.path.join(args.pki, name)


client_tls = ssl.create_default_context(cafile=pki("ca.crt"))
client_tls.load_cert_chain(pki("kubelet-client.crt"), pki("kubelet-client.key"))

server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=pki("ca.crt"))
server_tls.load_cert_chain(pki("kubelet.crt"), pki("kubelet.key"))
server_tls.verify_mode = ssl.CERT_REQUIRED  # only the API server may ask


def api(method, path, body=None, content_type="application/json"):
    """One request to the API server; returns the decoded answer, None if the object is gone."""
    connection = http.client.HTTPSConnection(urllib.parse.urlsplit(args.server).netloc, context=client_tls, timeout=10)
    try:
        connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": content_type})
        response = connection.getresponse()
        data = response.read()
        if response.status in (404, 409):
            return None
        if response.status >= 300:
            raise OSError(f"{method} {path}: {response.status} {data[:300]!r}")
        return json.loads(data)
    finally:
        connection.close()


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def go_float(text):
    """As Go's Prometheus client writes a number: exponents from a million on."""
    value = float(text)
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    sign, digits, exponent = decimal.Decimal(repr(value)).normalize().as_tuple()
    point = len(digits) + exponent - 1
    if -4 <= point < 6 or value == 0:
        return repr(value).removesuffix(".0")
    figures = "".join(map(str, digits))
    return f"{'-' * sign}{figures[0]}{'.' * (len(figures) > 1)}{figures[1:]}e{point:+03d}"


class Node:
    """One node and what its files say."""

    def __init__(self, name, address):
        self.name, self.address = name, address
        self.next_heartbeat = self.ready_at = self.ready_since = 0.0
        os.makedirs(os.path.join(args.state, name), exist_ok=True)

    def read(self, file, otherwise=None):
        try:
            with open(os.path.join(args.state, self.name, file), encoding="utf-8") as content:
                return content.read().strip()
        except FileNotFoundError:
            return otherwise

    def write(self, file, text):
        path = os.path.join(args.state, self.name, file)
        with open(path + ".new", "w", encoding="utf-8") as content:
            content.write(text)
        os.replace(path + ".new", path)

    def remove(self, *files):
        for file in files:
            try:
                os.remove(os.path.join(args.state, self.name, file))
            except FileNotFoundError:
                pass

    @property
    def is_off(self):
        return self.read("off") is not None

    def ttl(self, which):
        """Seconds that the certificate is still valid, as the gauge has it; None if there is no such gauge."""
        text = self.read(which + "-ttl") or TTL_DEFAULT
        return None if text == "missing" else go_float(text)

    def tick(self):
        """Shutdowns that are due, boots, heartbeats."""
        plan = dict(line.split("=", 1) for line in (self.read("scheduled") or "").splitlines())
        if plan and int(plan["USEC"]) <= time.time() * 1e6:
            self.remove("scheduled")
            self.write("reboot" if plan["MODE"] in ("reboot", "kexec") else "off", "")
        if self.read("reboot") is not None:
            self.boot()
        elif not self.is_off and self.ready_at and time.time() >= self.ready_at:
            if self.report(True, "KubeletReady", "kubelet is posting ready status", changed=True):
                self.ready_at = 0.0
        elif not args.no_heartbeats and not self.is_off and not self.ready_at and time.time() >= self.next_heartbeat:
            self.beat()

    def boot(self):
        boot_id = str(uuid.uuid4())
        self.remove("off", "scheduled")
        if self.report(False, "KubeletNotReady", "container runtime is down", changed=True, boot_id=boot_id):
            self.write("boot-id", boot_id)
            self.remove("reboot")
            self.ready_at = time.time() + BOOT_SECONDS

    def beat(self):
        self.next_heartbeat = time.time() + HEARTBEAT_SECONDS
        known = api("GET", f"/api/v1/nodes/{self.name}")
        if known is None:
            return
        was = next((c["status"] for c in known["status"].get("conditions", []) if c["type"] == "Ready"), None)
        self.report(True, "KubeletReady", "kubelet is posting ready status", changed=was != "True")
        leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
        spec = {"holderIdentity": self.name, "leaseDurationSeconds": 40, "renewTime": now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
        if api("PATCH", f"{leases}/{self.name}", {"spec": spec}, "application/merge-patch+json") is None:
            api("POST", leases, {"metadata": {"name": self.name, "ownerReferences": [{
                "apiVersion": "v1", "kind": "Node", "name": self.name, "uid": known["metadata"]["uid"]}]}, "spec": spec})

    def report(self, ready, reason, message, changed, boot_id=None):
        at = stamp(now())
        condition = {"type": "Ready", "status": str(ready), "reason": reason, "message": message, "lastHeartbeatTime": at}
        if changed:
            condition["lastTransitionTime"] = at
        others = [{"type": kind + "Pressure", "status": "False", "lastHeartbeatTime": at} for kind in ("Memory", "Disk", "PID")]
        status = {"conditions": [condition, *others]}
        if boot_id:
            status["nodeInfo"] = {"bootID": boot_id}
        return api("PATCH", f"/api/v1/nodes/{self.name}/status", {"status": status}, "application/strategic-merge-patch+json")


class Script:
    """The little that is read of a helper's shell script: shutdown, what it has scheduled, and when certificates end."""

    def __init__(self, container, node):
        self.node = node
        text = "\n".join(container.get("command", []) + container.get("args", []))
        for entry in container.get("env", []):
            text = re.sub(r"\$(?:%s\b|{%s})" % ((re.escape(entry["name"]),) * 2), lambda _: entry.get("value", ""), text)
        self.text = text

    def run(self):
        """Does it, and returns what the container prints."""
        out = []
        for command in re.split(r"[;&|\n]+", self.text):
            words = command.replace('"', " ").replace("'", " ").split()
            names = [os.path.basename(word) for word in words]
            if "shutdown" in names:
                self.shutdown(words[names.index("shutdown") + 1:])
            if "ScheduleShutdown" in names:
                # logind's method: type, then microseconds since 1970; instead of an earlier schedule.
                mode, usec = words[-2:]
                self.node.write("scheduled", f"USEC={int(usec)}\nWARN_WALL=1\nMODE={mode}\nUID=0\n")
            for which in ("client", "server"):
                if f"kubelet-{which}-current.pem" in names:
                    out.append(self.end_date(which))
        if re.search(r"\bshutdown\s+-h\b", self.text) or SCHEDULED in self.text:
            scheduled = self.node.read("scheduled")
            out.append(scheduled or f"cat: {SCHEDULED}: No such file or directory")
        return "".join(line + "\n" for line in out)

    def shutdown(self, words):
        flags = [word for word in words if word.startswith("-")]
        times = [word for word in words if re.fullmatch(r"now|\+\d+|\d{1,2}:\d\d", word)]
        if "-c" in flags:
            self.node.remove("scheduled")
        if not {"-h", "-P", "-r", "--halt", "--poweroff", "--reboot"} & set(flags):
            return
        moment, when = now(), (times or ["+1"])[0]
        if ":" in when:
            hour, minute = map(int, when.split(":"))
            due = moment.replace(hour=hour, minute=minute, second=0, microsecond=0)
            due += datetime.timedelta(days=due <= moment)
        else:
            due = moment + datetime.timedelta(minutes=0 if when == "now" else int(when))
        mode = "reboot" if {"-r", "--reboot"} & set(flags) else "poweroff"
        usec = int(due.timestamp()) * 1000000 + due.microsecond
        self.node.write("scheduled", f"USEC={usec}\nWARN_WALL=1\nMODE={mode}\nUID=0\n")

    def end_date(self, which):
        ttl = self.node.ttl(which)
        if ttl in (None, "+Inf"):
            return f"Can't open kubelet-{which}-current.pem for reading, No such file or directory"
        end = now() + datetime.timedelta(seconds=float(ttl))
        return f"notAfter={end:%b} {end.day:2d} {end:%H:%M:%S} {end.year} GMT"


def pod_path(pod):
    meta = pod["metadata"]
    return f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"


def log_path(namespace, pod, container):
    return os.path.join(args.logs, f"{namespace}_{pod}_{container}.log")


def set_status(pod, phase, state):
    ready = phase == "Running"
    api("PATCH", pod_path(pod) + "/status", {"status": {
        "phase": phase,
        "startTime": pod["status"].get("startTime") or stamp(now()),
        "podIP": "10.128.0.10",
        "conditions": [{"type": kind, "status": str(ready or kind == "Initialized"), "lastTransitionTime": stamp(now())}
                       for kind in ("Initialized", "Ready", "ContainersReady")],
        "containerStatuses": [{"name": c["name"], "image": c.get("image", ""), "imageID": "",
                               "containerID": "" if "waiting" in state else "lab://0",
                               "ready": ready, "started": ready, "restartCount": 0, "state": state}
                              for c in pod["spec"]["containers"]],
    }}, "application/strategic-merge-patch+json")


def is_helper(pod):
    meta = pod["metadata"]
    return (pod["spec"].get("restartPolicy") == "Never"
            and meta.get("labels", {}).get(HELPER_LABEL[0]) == HELPER_LABEL[1]
            and not any(note.startswith("kube-lab/") for note in meta.get("annotations", {})))


def handle(pod, node):
    notes = pod["metadata"].get("annotations", {})
    phase = pod["status"].get("phase")
    mode = (node.read("helper") or "ok") if is_helper(pod) else None
    if "deletionTimestamp" in pod["metadata"]:
        if notes.get("kube-lab/stuck-terminating") != "true":
            api("DELETE", pod_path(pod), {"gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}})
    elif phase == "Pending" and mode == "image":
        if not pod["status"].get("containerStatuses"):
            image = pod["spec"]["containers"][0].get("image", "")
            set_status(pod, "Pending", {"waiting": {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{image}"'}})
    elif phase == "Pending":
        set_status(pod, "Running", {"running": {"startedAt": stamp(now())}})
    elif phase == "Running" and mode in ("ok", "fail"):
        if age(pod) >= HELPER_SECONDS:
            finish(pod, run_helper(pod, node, mode))
    elif phase == "Running" and "kube-lab/exit-code" in notes and age(pod) >= float(notes.get("kube-lab/run-seconds", 0)):
        finish(pod, int(notes["kube-lab/exit-code"]))


def age(pod):
    return (now() - datetime.datetime.fromisoformat(pod["status"]["startTime"].replace("Z", "+00:00"))).total_seconds()


def finish(pod, code):
    set_status(pod, "Failed" if code else "Succeeded", {"terminated": {
        "exitCode": code, "reason": "Error" if code else "Completed",
        "startedAt": pod["status"]["startTime"], "finishedAt": stamp(now())}})


def run_helper(pod, node, mode):
    container = pod["spec"]["containers"][0]
    text = Script(container, node).run() if mode == "ok" else "Failed to connect to bus: No such file or directory\n"
    meta = pod["metadata"]
    with open(log_path(meta["namespace"], meta["name"], container["name"]), "w", encoding="utf-8") as log:
        log.write(text)
    return 0 if mode == "ok" else 1


class Kubelet(http.server.BaseHTTPRequestHandler):
    """One connection through the proxy: CONNECT in the clear, then TLS with the node."""

    def setup(self):
        request = b""
        while not request.endswith(b"\r\n\r\n") and len(request) < 8192:
            byte = self.request.recv(1)
            if not byte:
                break
            request += byte
        words = request.split()
        host = words[1].decode().rpartition(":")[0] if len(words) > 1 else ""
        self.node = next((n for n in nodes.values() if n.address == host), None)
        if words[:1] != [b"CONNECT"] or self.node is None or self.node.is_off:
            self.request.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
            raise ConnectionError(f"no way to {host or 'nowhere'}")
        self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.request = server_tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self):
        super().finish()
        self.request.close()

    def address_string(self):
        return self.node.name

    def log_message(self, format, *arguments):  # the API server's audit log has it
        pass

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        parts = url.path.strip("/").split("/")
        if url.path == "/healthz":
            self.answer(200, "ok")
        elif url.path == "/metrics":
            self.answer(200, self.metrics(), "text/plain; version=0.0.4; charset=utf-8")
        elif len(parts) == 4 and parts[0] == "containerLogs" and not {"..", ""} & set(parts):
            self.container_log(dict(urllib.parse.parse_qsl(url.query)), *parts[1:])
        else:
            self.answer(404, "404 page not found\n")

    def answer(self, code, text, kind="text/plain; charset=utf-8"):
        body = text.encode()
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def metrics(self):
        families = []
        for which, certificate in (("client", "client"), ("server", "serving")):
            ttl, name = self.node.ttl(which), f"kubelet_certificate_manager_{which}_ttl_seconds"
            if ttl is not None:
                families.append(f"# HELP {name} [ALPHA] Seconds until the kubelet's {certificate} certificate expires.\n"
                                f"# TYPE {name} gauge\n{name} {ttl}\n")
        families.append("# HELP kubelet_node_name [ALPHA] The node's name. The count is always 1.\n"
                        f'# TYPE kubelet_node_name gauge\nkubelet_node_name{{node="{self.node.name}"}} 1\n')
        return "".join(families)

    def container_log(self, query, namespace, pod, container):
        found = api("GET", f"/api/v1/namespaces/{namespace}/pods/{pod}")
        states = [s["state"] for s in (found or {}).get("status", {}).get("containerStatuses", []) if s["name"] == container]
        if found and (not states or "waiting" in states[0]):
            reason = states[0]["waiting"]["reason"] if states else "ContainerCreating"
            self.answer(400, f'container "{container}" in pod "{pod}" is waiting to start: {reason}')
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        lines = self.lines(namespace, pod, container)
        sent = len(lines)
        if "tailLines" in query:
            lines = lines[max(0, sent - int(query["tailLines"])):]
        data = b"".join(lines)
        self.wfile.write(data[:int(query["limitBytes"])] if "limitBytes" in query else data)
        while query.get("follow") == "true":
            self.wfile.flush()
            found = api("GET", f"/api/v1/namespaces/{namespace}/pods/{pod}")
            more = self.lines(namespace, pod, container)[sent:]
            self.wfile.write(b"".join(more))
            sent += len(more)
            if found is None or found["status"].get("phase") not in ("Pending", "Running"):
                break
            time.sleep(0.3)

    @staticmethod
    def lines(namespace, pod, container):
        try:
            with open(log_path(namespace, pod, container), "rb") as file:
                return file.readlines()
        except FileNotFoundError:
            return [f"kube-lab: log of {namespace}/{pod}/{container}\n".encode()]


class Proxy(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):  # refused, or hung up on
        pass


nodes = {name: Node(name, address) for name, address in (pair.split("=", 1) for pair in args.node)}

if os.path.exists(args.socket):
    os.remove(args.socket)
threading.Thread(target=Proxy(args.socket, Kubelet).serve_forever, daemon=True).start()

while True:
    try:
        for each in nodes.values():
            each.tick()
        for item in (api("GET", "/api/v1/pods?fieldSelector=spec.nodeName!=") or {}).get("items", []):
            owner = nodes.get(item["spec"]["nodeName"])
            if owner and not owner.is_off:
                handle(item, owner)
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        print(stamp(now()), repr(error), flush=True)  # the API server may well be down
    time.sleep(0.5)
