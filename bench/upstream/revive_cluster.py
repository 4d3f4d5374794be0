"""Waits for a cluster that is started as Hotstack's playbook does, written anew from a description of it: the operators have to be
stable for 5 seconds, all nodes are uncordoned, the operators have to be stable for 60 seconds twice, and OpenShift's route API has to
be listed. "Stable" is what `oc adm wait-for-stable-cluster` takes for it: at every look, a list of operators that are all available, not
progressing and not degraded; the time starts anew at any other look and at any error. Servers are started first, which is Heat's part there.

    revive_cluster.py STACK
"""
import http.client
import os
import sys
import time

import openstack

from cluster import Cluster
from measured import measured

LOOK_EVERY = 10
STABLE_TIMEOUT = 20 * 60
ROUNDS_AFTER_UNCORDON = (60, 60)
WANTED = {'Available': 'True', 'Progressing': 'False', 'Degraded': 'False'}
OPERATORS = '/apis/config.openshift.io/v1/clusteroperators'


def is_stable(operator):
    conditions = {c['type']: c['status'] for c in operator.get('status', {}).get('conditions', [])}
    return all(conditions.get(kind) == status for kind, status in WANTED.items())


def wait_stable(cluster, seconds):
    pause = seconds + 1 if LOOK_EVERY > seconds else LOOK_EVERY
    end = time.monotonic() + STABLE_TIMEOUT
    since = None
    while time.monotonic() < end:
        try:
            stable = all(is_stable(o) for o in cluster.call('GET', OPERATORS)['items'])
        except (OSError, http.client.HTTPException, ValueError):
            stable = False
        now = time.monotonic()
        since = (since or now) if stable else None
        if since and now - since > seconds:
            return
        time.sleep(pause)
    raise SystemExit(f'not stable for {seconds} s within {STABLE_TIMEOUT} s')


def uncordon(cluster):
    for node in cluster.call('GET', '/api/v1/nodes')['items']:
        if node['spec'].get('unschedulable'):
            path = f'/api/v1/nodes/{node["metadata"]["name"]}'
            cluster.call('PATCH', path, {'spec': {'unschedulable': None}}, 'application/strategic-merge-patch+json')


def wait_route_api(cluster):
    for pause in (1, 2, 4, 8, *(16,) * 34):
        try:
            if any(g['name'] == 'route.openshift.io' for g in cluster.call('GET', '/apis')['groups']):
                return
        except (OSError, http.client.HTTPException, ValueError):
            pass
        time.sleep(pause)
    raise SystemExit('no route.openshift.io')


def start_servers(stack_name):
    conn = openstack.connect()
    outputs = {o['output_key']: o['output_value'] for o in conn.orchestration.get_stack(stack_name).outputs}
    for instance in outputs['snapset_data']['instances'].values():
        conn.compute.start_server(instance['uuid'])


def main(stack_name):
    cluster = Cluster(os.environ['KUBECONFIG'])
    with measured():
        start_servers(stack_name)
        wait_stable(cluster, 5)
        uncordon(cluster)
        for seconds in ROUNDS_AFTER_UNCORDON:
            wait_stable(cluster, seconds)
        wait_route_api(cluster)


main(sys.argv[1])
