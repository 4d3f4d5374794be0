"""What openstacksdk does with a snapshot, on the cloud that OS_CLOUD names. Ends with `all right`."""
import openstack

conn = openstack.connect()
[server] = conn.compute.servers(name='-controller-')
assert conn.compute.get_server(server.id).status == 'ACTIVE'

conn.compute.stop_server(server)
conn.compute.wait_for_server(conn.compute.get_server(server.id), status='SHUTOFF', interval=0.5, wait=60)

image = conn.compute.create_server_image(server, 'sdk-snapshot', metadata={'made_by': 'sdk'}, wait=True, timeout=120)
image = conn.image.get_image(image.id)
assert image.status == 'active', image.status
assert image.properties['made_by'] == 'sdk', image.properties
assert image.instance_uuid == server.id, image

# One call a tag, as the Ansible module does it; then its lookup.
for tag in ('hotstack', 'hotstack-snapset', 'name=controller', 'role=controller', 'snap_id=AbC_-d3F'):
    conn.image.add_tag(image, tag)
found = list(conn.image.images(tag=['hotstack', 'role=controller', 'snap_id=AbC_-d3F']))
assert [i.id for i in found] == [image.id], found
assert list(conn.image.images(tag=['hotstack', 'role=nobody'])) == []
conn.image.remove_tag(image, 'hotstack-snapset')
assert len(conn.image.get_image(image.id).tags) == 4

# More images than a page has.
for number in range(3):
    conn.image.create_image(f'page-{number}', disk_format='raw', container_format='bare', data=b'x', wait=True)
assert len([i for i in conn.image.images(limit=2) if i.name.startswith('page-')]) == 3
for number in range(3):
    conn.image.delete_image(conn.image.find_image(f'page-{number}'))

stack = conn.orchestration.get_stack('hs-sno')
outputs = {o['output_key']: o['output_value'] for o in stack.outputs}
assert outputs['snapset_data']['instances']['controller']['uuid'] == server.id
ports = list(conn.network.ports(device_id=server.id))
assert ports[0].mac_address == outputs['snapset_data']['instances']['controller']['mac_address']
volume = next(iter(conn.block_storage.volumes()))
snapshot = conn.block_storage.create_snapshot(volume_id=volume.id, name='sdk', force=True)
conn.block_storage.wait_for_status(snapshot, status='available', interval=0.5, wait=30)
conn.block_storage.delete_snapshot(snapshot)
conn.block_storage.wait_for_delete(snapshot, interval=0.5, wait=30)

conn.image.delete_image(image)
assert conn.image.find_image(image.id) is None
conn.compute.start_server(server)
conn.compute.wait_for_server(conn.compute.get_server(server.id), status='ACTIVE', interval=0.5, wait=60)
print('all right')
