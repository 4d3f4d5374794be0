"""Freezes servers as Hotstack's playbook does, written anew from a description of it: each server is looked up after the other, four
workers order an image each and wait for it with the SDK's own wait, and then tag it with six calls. Nothing is taken back.

    create_snapset.py INSTANCES.json TIMEOUT

The file maps names to {uuid, role, mac_address}; the timeout, in seconds, is for each image (the playbook's is 1200).
"""
import base64
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import openstack

from measured import measured

WORKERS = 4


def check(conn, instances):
    servers = {}
    for name, instance in instances.items():
        server = conn.compute.get_server(instance['uuid'])
        if server.status != 'SHUTOFF':
            raise SystemExit(f'{name} is {server.status}, not SHUTOFF')
        servers[name] = server
    return servers


def freeze(conn, name, server, instance, snap_id, timeout):
    image = conn.compute.create_server_image(server, f'hotstack-{name}-snapshot-{snap_id}', wait=True, timeout=timeout)
    for tag in ('hotstack', 'hotstack-snapset', f'name={name}', f'role={instance["role"]}', f'snap_id={snap_id}',
                f'mac_address={instance["mac_address"]}'):
        conn.image.add_tag(image.id, tag)
    return image.id


def main(path, timeout):
    with open(path, encoding='utf-8') as file:
        instances = json.load(file)
    made = []
    snap_id = base64.urlsafe_b64encode(os.urandom(6)).decode()
    with measured(lambda: len(made), snap_id):
        conn = openstack.connect()
        servers = check(conn, instances)
        with ThreadPoolExecutor(max_workers=WORKERS) as pool:
            runs = [pool.submit(freeze, conn, name, servers[name], instance, snap_id, timeout) for name, instance in instances.items()]
            made += [run.result() for run in runs]


main(sys.argv[1], int(sys.argv[2]))
