"""Finds the latest SnapSet as Hotstack's restore does, with openstacksdk: by tags alone, in two queries.

latest-snapset.py CLOUD prints `SNAP_ID CONTROLLER_IMAGE MASTER_IMAGE`. Exit 77 without openstacksdk.
"""
import sys

try:
    import openstack
except ImportError:
    sys.exit(77)


def snap_id(image):
    return next((tag.split("=", 1)[1] for tag in image.tags if tag.startswith("snap_id=")), None)


images = openstack.connect(sys.argv[1]).image.images
controllers = list(images(tag=["hotstack", "role=controller"]))
if not controllers:
    sys.exit("there is no image of a controller")
controller = max(controllers, key=lambda image: image.created_at)
wanted = snap_id(controller)
masters = list(images(tag=["hotstack", "role=ocp_master", f"snap_id={wanted}"]))
if not masters:
    sys.exit(f"set {wanted} has no image of a master")
print(wanted, controller.id, masters[0].id)
