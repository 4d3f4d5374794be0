"""Lists the images that carry a tag, as `openstack image list --tag TAG` does, for where there is only the SDK."""
import sys

import openstack

from measured import measured

images = []
with measured(lambda: len(images)):
    images += openstack.connect().image.images(tag=sys.argv[1], limit=1000)
