#!/usr/bin/env python3
"""Tries a stock kubectl on the kubeconfigs of tests/Hotstack.SnapSet.Tests/OpenShift/Configuration/kubeconfigs.yaml.

Prints each row to which kubectl does something else than is recorded (another version may word an error otherwise), then
`N passed, N failed`; exit 1 if there is one. `--write` records what it says. Needs kubectl (Debian: kubernetes-client, or the one in $KUBE_LAB_CACHE/bin), openssl and PyYAML. Nothing is called but ports of this
machine on which nobody listens.
"""
import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "tests/Hotstack.SnapSet.Tests/OpenShift/Configuration/kubeconfigs.yaml"
CREDENTIAL = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'
USUAL = {"user": "token: t", "cluster": "server: https://127.0.0.1:1", "context": ""}
CALL = re.compile(r"dial tcp|proxyconnect tcp|socks connect tcp|The connection to the server")


def kubectl():
    cache = os.environ.get("KUBE_LAB_CACHE") or os.path.expanduser("~/.cache/hotstack-kube-lab")
    return shutil.which("kubectl") or shutil.which("kubectl", path=cache + "/bin")


def texts(folder):
    """The values of the placeholders."""
    def run(*command):
        subprocess.run(command, check=True, cwd=folder, capture_output=True)

    for name in ("own", "other"):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj", "/CN=anna", "-days", "2",
            "-keyout", name + ".key", "-out", name + ".crt")
    read = {"CERT": "own.crt", "KEY": "own.key", "OTHERKEY": "other.key"}
    found = {"CREDENTIAL": CREDENTIAL}
    for name, file in read.items():
        data = (folder / file).read_bytes()
        found[name] = data.decode()
        found[name + "64"] = base64.b64encode(data).decode()
        found[name + "64L"] = "\n      ".join(re.findall(".{1,64}", found[name + "64"]))
    return found


def indented(lines):
    return "\n".join("    " + line for line in lines.split("\n"))


def filled(text, values):
    return re.sub(r"\{(%s)\}" % "|".join(values), lambda match: values[match[1]], text)


def whole(row):
    if "text" in row:
        return row["text"]
    part = {name: indented(row.get(name, usual)) for name, usual in USUAL.items()}
    return (f"apiVersion: v1\nkind: Config\ncurrent-context: admin\ncontexts:\n- name: admin\n  context:\n    cluster: lab\n    user: anna\n"
            f"{part['context']}\nclusters:\n- name: lab\n  cluster:\n{part['cluster']}\nusers:\n- name: anna\n  user:\n{part['user']}\n")


def put(folder, name, text, encoding="utf-8"):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode(encoding))


def verdict(program, row, values, temp):
    """What kubectl says to a row, without what differs from run to run."""
    home = pathlib.Path(tempfile.mkdtemp(dir=temp))
    folder = home / "kube"
    folder.mkdir()
    for name, text in row.get("files", {}).items():
        put(folder, name, filled(text, values))
    environment = {"HOME": str(folder if "variable" in row else home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    command = [program, "get", "--raw", "/version", "--request-timeout=5s"]
    if "variable" in row:
        environment["KUBECONFIG"] = row["variable"]
    else:
        if "named" not in row:
            put(folder, "config", filled(whole(row), values), row.get("encoding", "utf-8"))
        command.append("--kubeconfig=" + str(folder / row.get("named", "config")))
    if "ask" in row:
        command.append("--context=" + row["ask"])
    done = subprocess.run(command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, errors="replace")
    said = (done.stderr + done.stdout).strip()
    for secret in sorted(filter(None, values.values()), key=len, reverse=True):
        said = said.replace(secret, "…")
    said = said.replace(str(folder), "~/kube").replace(str(home), "~")
    if "Please enter Username:" in said:
        return "asks who one is"
    if CALL.search(said) and "getting credentials" not in said:
        port = re.search(r"(localhost|127\.0\.0\.1|\[::1\]):(\d+)", said)
        return "sends" if not port or port[2] == "1" else f"sends to {port[0]}"
    return re.sub(r"\s+", " ", said.removeprefix("error: "))[:120].rstrip()


def does(said):
    """An error is an error, whatever it says."""
    return said if said.startswith(("sends", "asks")) else "refuses"


def main():
    program = kubectl()
    if not program:
        print("SKIPPED: there is no kubectl (Debian: kubernetes-client), nor KUBE_LAB_CACHE\n0 passed, 0 failed, 1 skipped")
        return 0
    is_writing = "--write" in sys.argv
    source = TABLE.read_text(encoding="utf-8")
    rows = yaml.safe_load(source)
    different = {}
    with tempfile.TemporaryDirectory() as temp:
        values = texts(pathlib.Path(temp))
        for row in rows:
            said = verdict(program, row, values, temp)
            recorded = row.get("kubectl", "")
            if said != recorded and (is_writing or does(said) != does(recorded)):
                different[row["name"]] = said
                print(f"FAILED {row['name']}: {said}")
    if is_writing:
        parts = re.split(r"(?m)^(?=- name: )", source)
        for at, part in enumerate(parts):
            name = yaml.safe_load(part)[0]["name"] if part.startswith("- name: ") else None
            if name in different:
                line = f"  kubectl: {json.dumps(different[name], ensure_ascii=False)}\n"
                part = re.sub(r"(?m)^  kubectl: .*\n", "", part)
                head, mark, rest = part.partition("  we: ")
                parts[at] = head + line + mark + rest if mark else part.rstrip("\n") + "\n" + line + "\n"
        TABLE.write_text("".join(parts), encoding="utf-8")
        return 0
    print(f"{len(rows) - len(different)} passed, {len(different)} failed")
    return 1 if different else 0


sys.exit(main())
