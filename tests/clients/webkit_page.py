# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shows a page in WebKitGTK with its sandbox on; see webkit.bats.

Prints the title that the page's script sets, and the kinds of namespace in which the process that
ran the script is not ours.
"""
import os
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2

PAGE = "<script>document.title = 'answer ' + 6 * 7</script>"


def namespaces_apart():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/exe").endswith("/WebKitWebProcess"):
                break
        except OSError:
            continue  # gone, or not ours to look at
    else:
        return "no WebKitWebProcess"
    kinds = ["mnt", "net", "pid", "user", "uts"]
    return " ".join(k for k in kinds
                    if os.readlink(f"/proc/{pid}/ns/{k}") != os.readlink(f"/proc/self/ns/{k}"))


def finish(*words):
    print(*words, flush=True)
    Gtk.main_quit()


context = WebKit2.WebContext.new_ephemeral()
context.set_sandbox_enabled(True)
view = WebKit2.WebView.new_with_context(context)
window = Gtk.Window()
window.add(view)
window.show_all()
view.connect("notify::title", lambda *_: finish(view.get_title(), "apart:", namespaces_apart()))
view.connect("web-process-terminated", lambda _, why: finish("the web process ended:", why))
GLib.timeout_add_seconds(40, lambda: sys.exit("no answer in 40 s"))
view.load_html(PAGE, None)
Gtk.main()
