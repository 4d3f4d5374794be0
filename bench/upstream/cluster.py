"""The few calls to a cluster that the programs beside it need."""
import base64
import http.client
import json
import ssl
import tempfile
import urllib.parse

import yaml


class Cluster:
    """The few calls that are needed, by the kubeconfig's client certificate."""

    def __init__(self, path):
        with open(path, encoding='utf-8') as file:
            config = yaml.safe_load(file)
        context = next(c['context'] for c in config['contexts'] if c['name'] == config['current-context'])
        cluster = next(c['cluster'] for c in config['clusters'] if c['name'] == context['cluster'])
        user = next(u['user'] for u in config['users'] if u['name'] == context['user'])
        self._address = urllib.parse.urlsplit(cluster['server'])
        self._trust = ssl.create_default_context(cadata=base64.b64decode(cluster['certificate-authority-data']).decode())
        with tempfile.NamedTemporaryFile('w', suffix='.pem') as pem:
            pem.write(base64.b64decode(user['client-certificate-data']).decode() + base64.b64decode(user['client-key-data']).decode())
            pem.flush()
            self._trust.load_cert_chain(pem.name)

    def call(self, method, path, body=None, kind='application/json'):
        connection = http.client.HTTPSConnection(self._address.hostname, self._address.port, context=self._trust, timeout=30)
        try:
            connection.request(method, path, body and json.dumps(body), {'Content-Type': kind, 'Accept': 'application/json'})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise OSError(f'{method} {path}: {answer.status}')
        return json.loads(text)
