"""Homeport runs the network side of Chrome Apps: ``chrome.sockets``, in any browser, with none, or from Python."""
