"""Shuts a cluster down as Hotstack's playbook does, written anew from a description of it: all nodes are cordoned; then, one node after
the other in the order of the API's list, a privileged debug pod runs `shutdown -h +1` on it; then one waits until Nova shows all of
them SHUTOFF, and the deployment's other servers are stopped. Like `oc debug`, the pod is deleted when it has ended.

    suspend_cluster.py STACK
"""
import os
import sys
import time

import openstack

from cluster import Cluster
from measured import measured

LOOK_EVERY = 5
NAMESPACE = 'default'


DAEMON = '/apis/apps/v1/namespaces/openshift-machine-config-operator/daemonsets/machine-config-daemon'


def pod_of(node, image):
    return {
        'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': f'{node}-debug'},
        'spec': {
            'nodeName': node, 'restartPolicy': 'Never', 'hostNetwork': True, 'hostPID': True,
            'tolerations': [{'operator': 'Exists'}],
            'containers': [{
                'name': 'container-00', 'image': image, 'command': ['chroot', '/host', 'shutdown', '-h', '+1'],
                'securityContext': {'privileged': True, 'runAsUser': 0},
                'volumeMounts': [{'name': 'host', 'mountPath': '/host'}],
            }],
            'volumes': [{'name': 'host', 'hostPath': {'path': '/', 'type': 'Directory'}}],
        },
    }


def shut_down(cluster, node, image):
    pods = f'/api/v1/namespaces/{NAMESPACE}/pods'
    cluster.call('POST', pods, pod_of(node, image))
    while cluster.call('GET', f'{pods}/{node}-debug')['status'].get('phase') not in ('Succeeded', 'Failed'):
        time.sleep(1)
    cluster.call('DELETE', f'{pods}/{node}-debug')


def main(stack):
    cloud = openstack.connect()
    servers = {s.name: s for s in cloud.compute.servers() if s.name.startswith(f'{stack}-')}
    cluster = Cluster(os.environ['KUBECONFIG'])
    # An image that each node has: oc debug's would be pulled first.
    image = cluster.call('GET', DAEMON)['spec']['template']['spec']['containers'][0]['image']
    with measured():
        nodes = [n['metadata']['name'] for n in cluster.call('GET', '/api/v1/nodes')['items']]
        for node in nodes:
            cluster.call('PATCH', f'/api/v1/nodes/{node}', {'spec': {'unschedulable': True}}, 'application/merge-patch+json')
        for node in nodes:
            shut_down(cluster, node, image)
        of_nodes = [s for name, s in servers.items() if any(f'-{node}-' in name for node in nodes)]
        while any(cloud.compute.get_server(s.id).status != 'SHUTOFF' for s in of_nodes):
            time.sleep(LOOK_EVERY)
        for server in servers.values():
            if server not in of_nodes:
                cloud.compute.stop_server(server.id)
                cloud.compute.wait_for_server(server, status='SHUTOFF', interval=2, wait=600)


main(sys.argv[1])
