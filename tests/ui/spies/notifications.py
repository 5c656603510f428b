"""Under Debian's Python: a notification service that writes each toast as a line of JSON to the file it is given."""

import json
import sys
from typing import Any

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.freedesktop.Notifications"
INTERFACE = """<node><interface name='org.freedesktop.Notifications'>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>
<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/>
<arg type='s' direction='out'/><arg type='s' direction='out'/></method></interface></node>"""


def main(path: str) -> None:
    toasts = open(path, "a", encoding="utf-8", buffering=1)  # noqa: PTH123, SIM115 - as long as the process lives

    def called(_bus: Any, _who: Any, _path: Any, _interface: Any, method: str, values: Any, call: Any) -> None:
        if method == "Notify":
            toasts.write(json.dumps({"title": values.unpack()[3], "text": values.unpack()[4]}) + "\n")
            call.return_value(GLib.Variant("(u)", (1,)))
        elif method == "GetCapabilities":
            call.return_value(GLib.Variant("(as)", (["body"],)))
        elif method == "GetServerInformation":
            call.return_value(GLib.Variant("(ssss)", ("prov", "prov", "1", "1.2")))
        else:
            call.return_value(None)

    def owned(bus: Any, _name: str) -> None:
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        bus.register_object("/org/freedesktop/Notifications", interface, called, None, None)
        print("uppe", flush=True)

    Gio.bus_own_name(Gio.BusType.SESSION, NAME, 0, None, owned, None)
    GLib.MainLoop().run()


main(sys.argv[1])
