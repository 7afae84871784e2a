window.loaded = [typeof chrome.sockets, document.getElementById("there").textContent];
addEventListener("load", () => loaded.push("load"));
